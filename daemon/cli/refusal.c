#include "cli/refusal.h"

#include "cli/permission.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * Returns the errno with which the store's file cannot be opened or, if @creates, cannot be created; 0 if
 * it can.
 */
static int errno_of(const char *path, bool creates)
{
        CLEANUP(cleanup_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        CLEANUP(cleanup_free) char *copy = strdup(path);
        struct stat state;
        if (fd >= 0)
                return fstat(fd, &state) == 0 && S_ISDIR(state.st_mode) ? EISDIR : 0;
        if (!copy)
                return 0;
        return errno == ENOENT && creates && faccessat(AT_FDCWD, dirname(copy), W_OK | X_OK, AT_EACCESS) == 0
                               ? 0
                               : errno;
}

/*
 * Reports -ENOENT of the database engine. It has two causes: the file cannot be opened, or the file has no
 * store, because the command that created it was killed.
 */
static int refuse_missing(const Cli *cli, const char *path, bool creates)
{
        int error = errno_of(path, creates);
        if (error == EACCES && !creates)
                return permission_refuse(cli, path, strerror(error));
        bool is_missing = error == ENOENT || (error == 0 && !creates);
        const char *pattern = !is_missing ? "{path}: {why}"
                              : creates   ? cli->strings->store_not_made
                                          : cli->strings->no_store;
        const char *why = error ? strerror(error) : cli->strings->store_errors[STORE_ERROR_IO];
        cli_error(cli, pattern, TEXT_ARGUMENTS({ "path", path, 0 }, { "why", why, 0 }));
        return CLI_REFUSED;
}

/* The reason of a database server, which store_open() adds to its sentence; "" if there is none. */
static const char *reason_of(const InputError *error, int condition)
{
        const char *sentence = store_explain(NULL, condition);
        const char *found = strstr(error->message, sentence);
        return found ? found + strlen(sentence) : "";
}

int cli_refuse_store(const Cli *cli, const char *url, bool creates, int condition, const InputError *error)
{
        const char *path = db_name(url);
        if (condition == -ENOENT && db_path(url))
                return refuse_missing(cli, path, creates);
        const char *pattern = condition == STORE_E_NOT_FOUND ? cli->strings->store_older
                              : condition == -ENOENT         ? cli->strings->no_store
                                                             : "{path}: {why}{reason}";
        bool is_directory = condition == DB_E_IO && errno_of(path, false) == EISDIR;
        const char *why = is_directory    ? strerror(EISDIR)
                          : condition < 0 ? strerror(-condition)
                                          : cli_store_error(cli->strings, condition);
        cli_error(cli, pattern,
                        TEXT_ARGUMENTS({ "path", path, 0 }, { "why", why, 0 },
                                        { "reason", reason_of(error, condition), 0 }));
        return CLI_REFUSED;
}

bool cli_store_is_forbidden(const char *url, int condition)
{
        const char *path = db_path(url);
        if (!path)
                return condition != STORE_E_NOT_FOUND && condition != STORE_E_NEWER;
        return condition == DB_E_READ_ONLY || condition == -EACCES || condition == -EPERM ||
               (condition == -ENOENT && errno_of(path, false) == EACCES);
}
