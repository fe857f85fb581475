#include "web/picture.h"

#include "base/html.h"
#include "base/url.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define IMAGES_PATH "/images/"

enum { SIGNATURE_BYTES = 12, PATH_BYTES = 4096 };

/* A `.` in a signature stands for any octet. SVG is not among the types, because it may contain scripts. */
static const struct {
        PictureType type;
        const char *signature;
        size_t len;
} TYPES[] = {
        { { "png", "image/png" }, "\x89PNG\r\n\x1a\n", 8 },
        { { "jpg", "image/jpeg" }, "\xff\xd8\xff", 3 },
        { { "gif", "image/gif" }, "GIF8", 4 },
        { { "webp", "image/webp" }, "RIFF....WEBP", SIGNATURE_BYTES },
};

enum { N_TYPES = sizeof(TYPES) / sizeof(*TYPES) };

static bool begins_with(const char *bytes, size_t len, const char *signature, size_t n)
{
        for (size_t i = 0; i < n; i++)
                if (i >= len || (signature[i] != '.' && bytes[i] != signature[i]))
                        return false;
        return true;
}

const PictureType *picture_type(const char *bytes, size_t len)
{
        for (size_t i = 0; i < N_TYPES; i++)
                if (begins_with(bytes, len, TYPES[i].signature, TYPES[i].len))
                        return &TYPES[i].type;
        return NULL;
}

const PictureType *picture_type_of(const char *extension)
{
        for (size_t i = 0; i < N_TYPES; i++)
                if (strcmp(extension, TYPES[i].type.extension) == 0)
                        return &TYPES[i].type;
        return NULL;
}

/* ---- The folder ---- */

/* Whether a path leads to a file below the folder: no name in it is empty or begins with a dot. */
static bool is_below(const char *path)
{
        for (const char *name = path; name; name = strchr(name, '/'), name += name ? 1 : 0)
                if (*name == '/' || *name == '.' || *name == '\0')
                        return false;
        return true;
}

/*
 * Opens a regular file of an allowed size. A pipe is opened without waiting, and refused. Return: the file
 * descriptor; -1 if there is no such file.
 */
static int open_picture(const Config *config, const char *path, struct stat *ret)
{
        if (!config->site.images[0] || !is_below(path))
                return -1;
        CLEANUP(cleanup_close) int folder = open(config->site.images, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        CLEANUP(cleanup_close)
        int fd = folder < 0 ? -1 : openat(folder, path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        if (fd < 0 || fstat(fd, ret) < 0 || !S_ISREG(ret->st_mode) || ret->st_size > PICTURE_BYTES)
                return -1;
        int opened = fd;
        fd = -1;
        return opened;
}

/* Reads until the buffer is full or the file ends. */
static ssize_t read_some(int fd, char *bytes, size_t size)
{
        size_t len = 0;
        while (len < size) {
                ssize_t n = read(fd, bytes + len, size - len);
                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return -errno;
                if (n == 0)
                        break;
                len += (size_t)n;
        }
        return (ssize_t)len;
}

int picture_read(const Config *config, const char *path, char **ret, size_t *ret_len,
                const PictureType **ret_type, usec_t *ret_modified)
{
        struct stat status;
        CLEANUP(cleanup_close) int fd = open_picture(config, path, &status);
        if (fd < 0)
                return PICTURE_E_NONE;
        CLEANUP(cleanup_free) char *bytes = malloc((size_t)status.st_size + 1);
        ssize_t len = bytes ? read_some(fd, bytes, (size_t)status.st_size) : -ENOMEM;
        if (len < 0)
                return (int)len;
        *ret_type = picture_type(bytes, (size_t)len);
        if (!*ret_type)
                return PICTURE_E_NONE;
        *ret = TAKE_PTR(bytes);
        *ret_len = (size_t)len;
        *ret_modified = status.st_mtim.tv_sec * USEC_PER_SEC;
        return 0;
}

static bool is_picture(const Config *config, const char *path)
{
        struct stat status;
        char bytes[SIGNATURE_BYTES];
        CLEANUP(cleanup_close) int fd = open_picture(config, path, &status);
        ssize_t len = fd < 0 ? -1 : read_some(fd, bytes, sizeof(bytes));
        return len > 0 && picture_type(bytes, (size_t)len);
}

/* ---- URIs ---- */

/* Returns what follows http.base_url/images/ in a URI; NULL for another URI. */
static const char *own_name(const Config *config, const char *uri)
{
        const char *base = config->http.base_url;
        size_t len = strlen(base);
        return strncasecmp(uri, base, len) == 0 && strncmp(uri + len, IMAGES_PATH, strlen(IMAGES_PATH)) == 0
                               ? uri + len + strlen(IMAGES_PATH)
                               : NULL;
}

/* Returns the host and the path of a URI of the web; NULL for another URI. */
static const char *foreign_name(const char *uri)
{
        return strncasecmp(uri, "https://", 8) == 0  ? uri + 8
               : strncasecmp(uri, "http://", 7) == 0 ? uri + 7
                                                     : NULL;
}

/* Writes "/images" and a path, each name of it encoded. The path is changed. */
static void write_names(Buffer *out, char *path)
{
        char *rest = path, *name;
        buffer_puts(out, "/images");
        while ((name = strsep(&rest, "/"))) {
                buffer_putc(out, '/');
                url_escape(out, name);
        }
}

bool picture_write_path(Buffer *out, const Config *config, const char *uri)
{
        CLEANUP(buffer_done) Buffer path = BUFFER_INIT(PATH_BYTES);
        const char *name = own_name(config, uri);
        if (!name)
                name = foreign_name(uri);
        if (!name || !url_unescape(&path, name, strcspn(name, "?#")) || buffer_error(&path) < 0 ||
                        !is_picture(config, buffer_text(&path)))
                return false;
        write_names(out, path.data);
        return true;
}
