#pragma once

/* Reads the files, folders and pipes that `convene import` is given, as the user who called it. */

#include "cli/command.h"

#include <fts.h>
#include <sys/stat.h>

enum { IMPORT_MAX_BYTES = 1024 * 1024 * 1024 };

/** The content of a file or pipe; call import_source_done() in any case. */
typedef struct ImportSource {
        char *text; /* NULL before it is read, or if reading has failed */
        size_t len;
        int result; /* of file_read(): 0 or negative errno; -EILSEQ for a text that is not in --charset */
} ImportSource;

void import_source_done(ImportSource *source);

/** import_source_read() - read a file; "-" is standard input */
void import_source_read(const char *path, ImportSource *ret);

/**
 * import_source_read_pipes() - read the words of the command that are neither files nor folders. Must be
 * called before the store is locked: a pipe may block for any time, and other writers must not wait for it.
 * @sources: one for each word
 */
void import_source_read_pipes(const Cli *cli, ImportSource *sources);

/**
 * import_source_check_charset() - check the value of --charset. Return: CLI_DONE, or an exit code after a
 * message.
 */
int import_source_check_charset(Cli *cli);

/**
 * import_source_fault() - explain a negative `result`, as the end of a sentence that begins with the file's
 * name; static or as strerror()
 */
const char *import_source_fault(const Cli *cli, const ImportSource *source);

/**
 * import_source_recode() - convert the text to UTF-8, from the encoding that --charset names or, without it,
 * from UTF-16 or UTF-32 (base/charset.h)
 * @ret_warning: set if the result is true
 *
 * Return: whether the text was converted without --charset.
 */
bool import_source_recode(const Cli *cli, ImportSource *source, InputError *ret_warning);

/** import_source_has_suffix() - whether a file's name ends with a suffix, without regard to case */
bool import_source_has_suffix(const char *name, const char *suffix);

/** import_source_is_collection() - whether the name of a folder can be the name of a collection */
bool import_source_is_collection(const char *name);

/**
 * import_source_open_tree() - begin to walk folders in order of name, with the rights of the caller; NULL on
 * failure, with errno
 * import_source_next() - return the next entry, read with these rights; NULL at the end
 */
FTS *import_source_open_tree(char *const *paths);
const FTSENT *import_source_next(FTS *tree);
