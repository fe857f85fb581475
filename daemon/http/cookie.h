#pragma once

/* Cookies that a reply sets. */

#include <stdbool.h>

/** How a browser keeps a cookie. Scripts cannot read it, and forms of other sites do not send it. */
typedef struct HttpCookieOptions {
        const char *path; /* a literal; sent with requests for this path and paths below it */
        int seconds;      /* how long it is kept */
        bool is_secure;   /* sent over HTTPS only */
} HttpCookieOptions;
