#include "cli/import-source.h"

#include "base/charset.h"
#include "cli/caller-file.h"
#include "cli/owner.h"

#include <errno.h>
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
        ret->result = caller_file_read(path, IMPORT_MAX_BYTES, &ret->text, &ret->len);
}

int import_source_check_charset(Cli *cli)
{
        const char *charset = cli_value(cli, "charset", 0);
        return charset && !charset_is(charset) ? cli_usage_value(cli, cli->strings->bad_charset, charset)
                                               : CLI_DONE;
}

const char *import_source_fault(const Cli *cli, const ImportSource *source)
{
        return source->result == -EFBIG    ? cli->strings->too_large
               : source->result == -EILSEQ ? cli->strings->not_in_charset
                                           : strerror(-source->result);
}

bool import_source_recode(const Cli *cli, ImportSource *source, InputError *ret_warning)
{
        const char *given = cli_value(cli, "charset", 0);
        if (source->result < 0 || (!given && cli_flag(cli, "strict")))
                return false;
        const char *charset = given ? given : charset_of(source->text, source->len);
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(IMPORT_MAX_BYTES);
        if (!charset)
                return false;
        bool is_text = charset_to_utf8(charset, source->text, source->len, &text);
        char *copy = is_text && !buffer_error(&text) ? malloc(text.len + 1) : NULL;
        if (!copy) {
                source->result = !is_text ? -EILSEQ : buffer_error(&text) ? buffer_error(&text) : -ENOMEM;
                return false;
        }
        memcpy(copy, buffer_text(&text), text.len + 1);
        free(source->text);
        source->text = copy;
        source->len = text.len;
        input_error_set(ret_warning, 0, NULL, "is in %s, not in UTF-8; it is converted", charset);
        return !given;
}

void import_source_read_pipes(const Cli *cli, ImportSource *sources)
{
        for (int i = 0; i < cli->n_words; i++)
                if (!caller_file_is(cli->words[i], S_IFREG) && !caller_file_is(cli->words[i], S_IFDIR))
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
