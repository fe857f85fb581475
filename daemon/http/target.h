#pragma once

/*
 * The request target and the authority (RFC 9112, 3.2): the form of a target, and whether it is valid. Pure.
 */

#include <stdbool.h>
#include <stddef.h>

enum { HTTP_AUTHORITY_SIZE = 264 }; /* a name of 255 bytes, a colon, a port and the NUL */

typedef enum HttpTargetForm {
        /*
         * none of the forms below; or a scheme other than http and https, a control character or a malformed
         * escape
         */
        HTTP_TARGET_INVALID,
        HTTP_TARGET_ORIGIN,   /* /path?query */
        HTTP_TARGET_ABSOLUTE, /* http://host/path?query */
        HTTP_TARGET_ASTERISK, /* the single character "*" */
} HttpTargetForm;

typedef struct HttpTarget {
        HttpTargetForm form;
        char authority[HTTP_AUTHORITY_SIZE]; /* of the absolute form, or set by http_target_use_host() */
        size_t path_at;                      /* offset of the path in the decoded target */
} HttpTarget;

/**
 * http_target_read() - find the form of a request target
 * @text: as received, not decoded
 */
void http_target_read(const char *text, HttpTarget *ret);

/**
 * http_target_use_host() - take the authority from Host, unless an absolute-form target has given it
 * (RFC 9112, 3.2.2)
 * Return: false if the value is not an authority or too long.
 */
bool http_target_use_host(HttpTarget *target, const char *host, size_t len);

/**
 * http_target_is_authority() - whether a Host value follows uri-host [ ":" port ] (RFC 9110, 7.2; RFC 3986,
 * 3.2.2), without user information.
 */
bool http_target_is_authority(const char *text, size_t len);
