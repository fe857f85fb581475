/* convene backup, and convene restore FILE. */

#include "cli/backup.h"

#include "cli/command.h"
#include "cli/owner.h"
#include "store/backup.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The names of copies in a directory, which sort by time. */
#define COPY_PREFIX  "convened-"
#define COPY_PATTERN COPY_PREFIX "[0-9]*T[0-9]*Z.db"

const CliOption backup_options[] = {
        { "count", "NUMBER", HELP_BACKUP_COUNT },
        { NULL, NULL, 0 },
};

static bool is_directory(const char *path)
{
        struct stat status;
        return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static int is_copy(const struct dirent *entry)
{
        return fnmatch(COPY_PATTERN, entry->d_name, 0) == 0;
}

/* Removes the oldest copies but @count. */
static int rotate(const char *directory, long count)
{
        struct dirent **copies;
        int n = scandir(directory, &copies, is_copy, alphasort), r = n < 0 ? -errno : 0;
        for (int i = 0; i < n; i++) {
                char path[PATH_MAX];
                snprintf(path, sizeof(path), "%s/%s", directory, copies[i]->d_name);
                if (i < n - count && unlink(path) < 0)
                        r = -errno;
                free(copies[i]);
        }
        if (n >= 0)
                free(copies);
        return r;
}

static int read_count(Cli *cli, bool is_in_directory, long *ret)
{
        const char *count = cli_value(cli, "count", 0);
        char *end = NULL;
        *ret = count ? strtol(count, &end, 10) : LONG_MAX;
        if (*ret < 1 || (end && *end) || (count && !is_in_directory))
                return cli_usage_option(cli, cli->strings->bad_number, "count", count);
        return CLI_DONE;
}

static int copy(Cli *cli, const char *path, const char *directory, long count)
{
        /* The copy belongs to the caller. */
        owner_pause();
        int r = backup_store(cli->store, path);
        if (r == 0 && directory)
                r = rotate(directory, count);
        owner_resume();
        return r;
}

int command_backup(Cli *cli)
{
        char path[PATH_MAX], now[17];
        const char *word = cli->words[0], *directory = is_directory(word) ? word : NULL;
        long count;
        int code = read_count(cli, directory != NULL, &count);
        if (code != CLI_DONE)
                return code;
        time_format_utc(cli->now, now);
        if (directory)
                snprintf(path, sizeof(path), "%s/" COPY_PREFIX "%s.db", directory, now);
        else
                snprintf(path, sizeof(path), "%s", word);
        int r = copy(cli, path, directory, count);
        if (r != 0)
                return cli_refuse(cli, path, r);
        cli_print(cli, cli->strings->backed_up, TEXT_ARGUMENTS({ "path", path, 0 }));
        return CLI_DONE;
}

/* ---- Restoring ---- */

bool backup_is_file(const Cli *cli)
{
        return strchr(cli->words[0], '/') && !cli_flag(cli, "version");
}

static void tell(const Cli *cli, const char *path, const RestoreReport *report)
{
        cli_print(cli, cli->strings->store_restored, TEXT_ARGUMENTS({ "path", path, 0 }));
        if (report->aside)
                cli_print(cli, cli->strings->store_set_aside, TEXT_ARGUMENTS({ "path", report->aside, 0 }));
        const char *held = cli_held(cli->strings, report->held);
        if (held)
                cli_error(cli, held, NULL);
}

static int restore(Cli *cli, const char *path, RestoreReport *report)
{
        CLEANUP(db_closep) Db *copy = NULL;
        int r = owner_become(cli->config->store);
        if (r != 0)
                return r;
        owner_pause();
        r = restore_open(path, &copy);
        owner_resume();
        return r != 0 ? r : restore_store(cli->config->store, copy, cli->zones, cli->now, report);
}

int backup_restore(Cli *cli)
{
        CLEANUP(restore_report_done) RestoreReport report = { .aside = NULL };
        const char *path = cli->words[0];
        int r = restore(cli, path, &report);
        if (r == DB_E_BUSY)
                cli_error(cli, cli->strings->stop_daemon, NULL);
        else if (r == STORE_E_NOT_FOUND)
                cli_error(cli, cli->strings->backup_no_store, TEXT_ARGUMENTS({ "path", path, 0 }));
        else if (r != 0)
                cli_refuse(cli, path, r);
        else
                tell(cli, path, &report);
        return r != 0 ? CLI_REFUSED : CLI_DONE;
}
