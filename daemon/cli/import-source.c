#include "cli/import-source.h"

#include "base/file.h"
#include "cli/owner.h"

#include <stdlib.h>
#include <string.h>

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
