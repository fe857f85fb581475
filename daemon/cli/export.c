/*
 * convene export: writes all data that people have entered as files from which `convene import` restores
 * the same state. The files contain addresses of people, so only their owner may read them.
 */

#include "base/conditions.h"
#include "base/file.h"
#include "cli/command.h"
#include "cli/loss.h"
#include "cli/owner.h"
#include "cli/state-file.h"
#include "store/object.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_BYTES = 200 };

const CliOption export_options[] = {
        { NULL, NULL, 0 },
};

enum { EXPORT_E_TOLD = CONDITIONS_CLI + 1 /* a file was not written, and the error was reported */ };

typedef struct Export {
        Cli *cli;
        int directory;
        int folder;       /* of the collection of the last object; -1 for none */
        char *collection; /* its name */
        int64_t n, n_lost;
} Export;

/*
 * Makes a file name from a UID. Letters, digits and `-_@.+` are kept; everything else, and a dot at the
 * beginning, is written as %XX. A long name is cut, and the object's number is added.
 */
static void file_name(const ObjectRecord *record, char *ret, size_t size)
{
        static const char kept[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_@.+";
        size_t n = 0;
        const char *c = record->uid;
        for (; *c && n + 32 < size; c++) {
                bool plain = strchr(kept, *c) && !(c == record->uid && *c == '.');
                n += (size_t)snprintf(ret + n, size - n, plain ? "%c" : "%%%02X", (unsigned char)*c);
        }
        if (*c)
                n += (size_t)snprintf(ret + n, size - n, "~%lld", (long long)record->id);
        snprintf(ret + n, size - n, object_kind_is_card(record->kind) ? ".vcf" : ".ics");
}

static int refuse(const Cli *cli, const char *path, int error)
{
        if (error != -EPERM)
                return cli_refuse(cli, path, error);
        cli_error(cli, cli->strings->not_a_directory_of_ours, TEXT_ARGUMENTS({ "directory", path, 0 }));
        return CLI_REFUSED;
}

/*
 * Whether a folder is ours and writable only by us. Another user who can write to it could redirect our
 * files, or put other files in their place.
 */
static bool is_own(int directory)
{
        struct stat status;
        return fstat(directory, &status) == 0 && status.st_uid == geteuid() &&
               !(status.st_mode & (S_IWGRP | S_IWOTH));
}

/*
 * Opens a folder, and makes it if it does not exist. Return: a descriptor, -EPERM if the folder belongs to
 * another user or others may write to it, or another negative errno.
 */
static int open_directory(int parent, const char *path)
{
        if (mkdirat(parent, path, 0700) < 0 && errno != EEXIST)
                return -errno;
        CLEANUP(cleanup_close)
        int fd = openat(parent, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (fd < 0)
                return -errno;
        if (!is_own(fd))
                return -EPERM;
        int ret = fd;
        fd = -1;
        return ret;
}

static void leave_folder(Export *export)
{
        if (export->folder >= 0)
                close(export->folder);
        free(export->collection);
        export->folder = -1;
        export->collection = NULL;
}

/* Objects of one collection mostly follow each other, so its folder stays open. */
static int enter_folder(Export *export, const char *collection)
{
        if (export->folder >= 0 && strcmp(export->collection, collection) == 0)
                return 0;
        leave_folder(export);
        export->collection = strdup(collection);
        int fd = export->collection ? open_directory(export->directory, collection) : -ENOMEM;
        export->folder = fd < 0 ? -1 : fd;
        return fd < 0 ? fd : 0;
}

/* The files are synced together, at the end. */
static int write_file(Export *export, const ObjectRecord *record, const char *name)
{
        int r = enter_folder(export, record->collection);
        return r < 0 ? r : file_replace_at(export->folder, name, record->text, record->len, 0600);
}

static int write_object(const ObjectRecord *record, void *userdata)
{
        Export *export = userdata;
        char name[NAME_BYTES];
        CLEANUP(cleanup_free) char *path = NULL;
        file_name(record, name, sizeof(name));
        owner_pause();
        int r = write_file(export, record, name);
        owner_resume();
        if (r == 0) {
                export->n++;
                return 0;
        }
        if (asprintf(&path, "%s/%s/%s", export->cli->words[0], record->collection, name) < 0)
                path = NULL;
        refuse(export->cli, path ? path : name, r);
        return EXPORT_E_TOLD;
}

static int on_loss(const ObjectLoss *loss, void *userdata)
{
        Export *export = userdata;
        export->n_lost++;
        loss_report(export->cli, loss);
        return 0;
}

/*
 * Exports the state. If the state of a damaged store cannot be read, this is reported, and the export goes
 * on.
 */
static int export_state(Export *export)
{
        int r = state_file_write(export->cli, export->directory);
        if (r != DB_E_CORRUPT && r != DB_E_IO)
                return r;
        cli_refuse(export->cli, STATE_FILE_NAME, r);
        export->n_lost++;
        return 0;
}

/* Exports all objects. If the store is damaged, exports those that can still be read. */
static int export_all(Export *export)
{
        Store *store = export->cli->store;
        int r = store_begin_read(store);
        if (r == 0)
                r = object_each(store, &(ObjectFilter){ 0 }, write_object, export);
        if (r == DB_E_CORRUPT || r == DB_E_IO) {
                export->n = 0;
                r = object_salvage(store, write_object, on_loss, export);
        }
        if (r == 0)
                r = export_state(export);
        if (r == 0 && syncfs(export->directory) < 0)
                r = -errno;
        store_rollback(store);
        leave_folder(export);
        return r;
}

/*
 * Warns if a daemon runs. The export does not record the mails that the daemon sends from now on: a store
 * that is restored from the export would send them again.
 */
static void warn_of_daemon(const Cli *cli)
{
        bool running = false;
        if (store_lock_held(cli->store, &running) == 0 && running)
                cli_error(cli, cli->strings->exported_beside_daemon, TEXT_ARGUMENTS({ NULL, NULL, 0 }));
}

int command_export(Cli *cli)
{
        const char *path = cli->words[0];
        owner_pause();
        CLEANUP(cleanup_close) int directory = open_directory(AT_FDCWD, path);
        owner_resume();
        if (directory < 0)
                return refuse(cli, path, directory);
        Export export = { .cli = cli, .directory = directory, .folder = -1 };
        int r = export_all(&export);
        if (r != 0)
                return r == EXPORT_E_TOLD ? CLI_REFUSED : cli_refuse(cli, path, r);
        cli_print(cli, cli->strings->exported,
                        TEXT_ARGUMENTS({ "n", NULL, export.n }, { "directory", path, 0 }));
        warn_of_daemon(cli);
        return export.n_lost > 0 ? CLI_PARTLY : CLI_DONE;
}
