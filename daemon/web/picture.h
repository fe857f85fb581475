#pragma once

/*
 * Private to web/: pictures of events. A picture is recognised by its octets, never by its name or by what
 * an event says of it. The configuration (site.images) names a folder with pictures of the office's own.
 */

#include "base/buffer.h"
#include "base/conditions.h"
#include "base/time.h"
#include "config/config.h"

/** A type of pictures that pages show. */
typedef struct PictureType {
        const char *extension, *content_type;
} PictureType;

enum {
        PICTURE_BYTES = 2 * 1024 * 1024, /* of the largest picture that is shown */
        PICTURE_E_NONE = CONDITIONS_WEB + 8,
};

/** picture_type() - recognise the type of a picture by its first octets; NULL for anything else */
const PictureType *picture_type(const char *bytes, size_t len);

/** picture_type_of() - find a type by the extension of a name, "png"; NULL for other extensions */
const PictureType *picture_type_of(const char *extension);

/**
 * picture_read() - read a picture from the folder of the configuration
 * @path:         relative to the folder; a name in it may not begin with a dot
 * @ret_modified: when the file was changed last
 *
 * Return: 0; PICTURE_E_NONE if there is no such file, or it is no picture or larger than PICTURE_BYTES;
 * negative errno. The caller frees *ret with free().
 */
int picture_read(const Config *config, const char *path, char **ret, size_t *ret_len,
                const PictureType **ret_type, usec_t *ret_modified);

/**
 * picture_write_path() - append the path of the page's own copy of a picture, "/images/NAME", encoded and
 * ready for an attribute
 * @uri: of the picture. The copy of http.base_url/images/NAME is the file NAME in the folder, that of
 *       https://example.org/a/b.png is the file example.org/a/b.png.
 *
 * Return: false if the folder has no copy; nothing is appended.
 */
bool picture_write_path(Buffer *out, const Config *config, const char *uri);
