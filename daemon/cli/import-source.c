#include "cli/import-source.h"

#include "base/file.h"
#include "cli/owner.h"

#include <stdlib.h>
#include <string.h>

enum { COLLECTION_NAME_BYTES = 64 };

void import_source_done(ImportSource *source)
{
        free(source->text);
        source->text = NULL;
}

void import_source_read(const char *path, ImportSource *ret)
{
        owner_pause();
        ret->result = file_read(path, IMPORT_MAX_BYTES, &ret->text, &ret->len);
        owner_resume();
}

bool import_source_is(const char *path, mode_t type)
{
        struct stat status;
        owner_pause();
        bool is = strcmp(path, "-") != 0 && stat(path, &status) == 0 && (status.st_mode & S_IFMT) == type;
        owner_resume();
        return is;
}

void import_source_read_pipes(const Cli *cli, ImportSource *sources)
{
        for (int i = 0; i < cli->n_words; i++)
                if (!import_source_is(cli->words[i], S_IFREG) && !import_source_is(cli->words[i], S_IFDIR))
                        import_source_read(cli->words[i], &sources[i]);
}

bool import_source_has_suffix(const char *name, const char *suffix)
{
        size_t len = strlen(name), suffix_len = strlen(suffix);
        return len > suffix_len && strcasecmp(name + len - suffix_len, suffix) == 0;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
        return strcmp((*a)->fts_name, (*b)->fts_name);
}

FTS *import_source_open_tree(char *const *paths)
{
        owner_pause();
        FTS *tree = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
        owner_resume();
        return tree;
}

const FTSENT *import_source_next(FTS *tree)
{
        owner_pause();
        const FTSENT *entry = fts_read(tree);
        owner_resume();
        return entry;
}

bool import_source_is_collection(const char *name)
{
        size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");
        return len > 0 && len < COLLECTION_NAME_BYTES && name[len] == '\0';
}
