#include "config/include.h"

#include "base/buffer.h"

#include <dirent.h>
#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { TEXT_BYTES = 4 << 20, PATH_BYTES = 64 * 1024 };

#define ENDING ".conf"

/* ---- The files of a folder ---- */

typedef struct Files {
        struct dirent **names;
        int n;
} Files;

static void files_done(Files *files)
{
        for (int i = 0; i < files->n; i++)
                free(files->names[i]);
        free(files->names);
}

static int is_file_name(const struct dirent *entry)
{
        size_t len = strlen(entry->d_name), end = strlen(ENDING);
        return entry->d_name[0] != '.' && len > end && strcmp(entry->d_name + len - end, ENDING) == 0;
}

/* alphasort() would follow the locale. */
static int compare_names(const struct dirent **a, const struct dirent **b)
{
        return strcmp((*a)->d_name, (*b)->d_name);
}

static bool is_folder(const char *path)
{
        struct stat about;
        return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

/* ---- Lines ---- */

/*
 * Returns the name in a line `@include "NAME"`, as libconfig reads it: without escapes; NULL for another
 * line.
 */
static const char *included_name(const char *line, size_t len, size_t *ret_len)
{
        static const char word[] = "@include";
        const char *end = line + len, *at = line + strspn(line, " \t");
        if (at + strlen(word) > end || strncmp(at, word, strlen(word)) != 0)
                return NULL;
        at += strlen(word);
        size_t blanks = strspn(at, " \t");
        at += blanks;
        const char *quote = at < end && *at == '"' ? memchr(at + 1, '"', (size_t)(end - at - 1)) : NULL;
        if (blanks == 0 || !quote || memchr(at + 1, '\\', (size_t)(quote - at - 1)))
                return NULL;
        *ret_len = (size_t)(quote - at - 1);
        return at + 1;
}

static int remember(ConfigReader *reader, size_t line, size_t n_added)
{
        OwnedConfig *owned = reader->owned;
        ConfigFolder *more = config_reader_keep(reader, owned->n_folders + 1, sizeof(*more));
        if (!more)
                return -ENOMEM;
        if (owned->n_folders > 0)
                memcpy(more, owned->folders, owned->n_folders * sizeof(*more));
        more[owned->n_folders] = (ConfigFolder){ line, n_added };
        owned->folders = more;
        owned->n_folders++;
        return 0;
}

/* Returns the line of the text that is parsed for a line behind all folders so far. */
static size_t parsed_line(const OwnedConfig *owned, size_t line)
{
        for (size_t i = 0; i < owned->n_folders; i++)
                line += owned->folders[i].n_added;
        return line;
}

/*
 * Writes a line for each file of a folder, or an empty one if it has none.
 * @name: as the line has it; libconfig puts the directory before each name
 */
static int write_folder(ConfigReader *reader, const char *path, const char *name, size_t line, Buffer *out)
{
        CLEANUP(files_done) Files files = { NULL, 0 };
        int n = scandir(path, &files.names, is_file_name, compare_names);
        if (n < 0) {
                config_fault_in(reader, NULL, parsed_line(reader->owned, line), NULL,
                                "%s cannot be read: %s", path, strerror(errno));
                return 0;
        }
        files.n = n;
        for (int i = 0; i < n; i++)
                buffer_printf(out, "%s@include \"%s/%s\"", i > 0 ? "\n" : "", name, files.names[i]->d_name);
        return n > 1 ? remember(reader, line, (size_t)n - 1) : 0;
}

static int write_line(ConfigReader *reader, const char *directory, const char *line, size_t len,
                size_t number, Buffer *out)
{
        CLEANUP(buffer_done) Buffer path = BUFFER_INIT(PATH_BYTES), own = BUFFER_INIT(PATH_BYTES);
        size_t name_len;
        const char *name = included_name(line, len, &name_len);
        if (name) {
                buffer_append(&own, name, name_len);
                buffer_printf(&path, "%s/%s", directory, buffer_text(&own));
        }
        if (name && buffer_error(&path) == 0 && is_folder(buffer_text(&path)))
                return write_folder(reader, buffer_text(&path), buffer_text(&own), number, out);
        buffer_append(out, line, len);
        return buffer_error(&path);
}

int config_include_folders(ConfigReader *reader, char **text)
{
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(TEXT_BYTES);
        CLEANUP(cleanup_free) char *copy = strdup(reader->path);
        if (!copy)
                return -ENOMEM;
        const char *directory = dirname(copy), *at = *text;
        int r = 0;
        for (size_t number = 1; r == 0 && *at; number++) {
                size_t len = strcspn(at, "\n");
                r = write_line(reader, directory, at, len, number, &out);
                at += len;
                if (*at == '\n') {
                        buffer_putc(&out, '\n');
                        at++;
                }
        }
        if (r == 0)
                r = buffer_error(&out);
        char *expanded = r == 0 ? strdup(buffer_text(&out)) : NULL;
        if (!expanded)
                return r != 0 ? r : -ENOMEM;
        free(*text);
        *text = expanded;
        return 0;
}
