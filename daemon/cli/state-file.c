#include "cli/state-file.h"

#include "base/file.h"
#include "cli/caller-file.h"
#include "cli/owner.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int append_line(const char *line, size_t len, void *userdata)
{
        Buffer *out = userdata;
        buffer_append(out, line, len);
        buffer_putc(out, '\n');
        return buffer_error(out);
}

int state_file_write(Cli *cli, int directory)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(IMPORT_MAX_BYTES);
        int r = transfer_write(cli->store, append_line, &text);
        if (r != 0)
                return r;
        owner_pause();
        r = file_write_atomic_at(directory, STATE_FILE_NAME, text.data, text.len, 0600);
        owner_resume();
        return r;
}

void state_file_done(StateFile *file)
{
        free(file->path);
        import_source_done(&file->source);
        transfer_free(file->transfer);
}

/* Finds the next line of the text, without its end. Return: false at the end of the text. */
static bool next_line(const ImportSource *source, size_t *at, const char **ret, size_t *ret_len)
{
        const char *line = source->text + *at;
        const char *end = memchr(line, '\n', source->len - *at);
        *ret = line;
        *ret_len = end ? (size_t)(end - line) : source->len - *at;
        *at += *ret_len + (end ? 1 : 0);
        return *ret_len > 0 || end;
}

static int prepare(StateFile *file, InputError *ret_error)
{
        bool ready = false;
        const char *line;
        size_t at = 0, len;
        int r = 0;
        while (r == 0 && !ready && next_line(&file->source, &at, &line, &len))
                r = transfer_prepare(file->transfer, line, len, &ready, ret_error);
        return r;
}

int state_file_open(Cli *cli, const char *directory, const char *name, StateFile *ret, InputError *ret_error)
{
        *ret = (StateFile){ .path = NULL };
        if (asprintf(&ret->path, "%s%s%s", directory ? directory : "", directory ? "/" : "", name) < 0) {
                ret->path = NULL;
                return -ENOMEM;
        }
        if (!caller_file_is(ret->path, S_IFREG)) {
                free(ret->path);
                ret->path = NULL;
                return 0;
        }
        import_source_read(ret->path, &ret->source);
        int r = ret->source.result;
        if (r == 0)
                r = transfer_new(cli->store, cli->now, &ret->transfer);
        return r == 0 ? prepare(ret, ret_error) : r;
}

int state_file_add(StateFile *file, InputError *ret_error, TransferResult *ret)
{
        const char *line;
        size_t at = 0, len;
        int r = 0;
        while (r == 0 && file->path && next_line(&file->source, &at, &line, &len))
                r = transfer_add(file->transfer, line, len, ret_error);
        return r != 0 || !file->path ? r : transfer_end(file->transfer, ret_error, ret);
}
