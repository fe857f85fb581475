/* convene export: everything that a person gave, as files that `convene import` reads to the same state. */

#include "base/file.h"
#include "cli/command.h"
#include "cli/owner.h"
#include "store/object.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { NAME_BYTES = 200 };

const CliOption export_options[] = {
        { NULL, NULL, NULL },
};

typedef struct Export {
        const char *directory;
        int64_t n;
} Export;

/*
 * A UID as a file name: letters, digits and `-_@.+` stay, everything else becomes %XX, also a dot in front. Long ones are cut and told apart by their number.
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
        snprintf(ret + n, size - n, record->kind == OBJECT_CARD ? ".vcf" : ".ics");
}

static int make_directory(const char *path)
{
        return mkdir(path, 0777) < 0 && errno != EEXIST ? -errno : 0;
}

static int write_object(const ObjectRecord *record, void *userdata)
{
        Export *export = userdata;
        char name[NAME_BYTES];
        CLEANUP(cleanup_free) char *directory = NULL;
        CLEANUP(cleanup_free) char *path = NULL;
        file_name(record, name, sizeof(name));
        if (asprintf(&directory, "%s/%s", export->directory, record->collection) < 0 ||
                        asprintf(&path, "%s/%s", directory, name) < 0)
                return -ENOMEM;
        owner_pause();
        int r = make_directory(directory);
        if (r == 0)
                r = file_write_atomic(path, record->text, record->len, 0644);
        owner_resume();
        if (r < 0)
                fprintf(stderr, "convene: %s: %s\n", path, strerror(-r));
        else
                export->n++;
        return r;
}

int command_export(Cli *cli)
{
        Export export = { .directory = cli->words[0] };
        owner_pause();
        int r = make_directory(export.directory);
        owner_resume();
        if (r == 0)
                r = store_begin_read(cli->store);
        if (r == 0)
                r = object_each(cli->store, &(ObjectFilter){ 0 }, write_object, &export);
        store_rollback(cli->store);
        if (r != 0)
                return cli_refuse(cli, export.directory, r);
        printf("%lld files written to %s\n", (long long)export.n, export.directory);
        return CLI_DONE;
}
