/*
 * A line is CLIENT - - [TIME] "METHOD PATH VERSION" STATUS -, where a hyphen is an unknown name or size.
 * Links in mails have tokens in their paths, which let their reader act for a contact. Therefore only the
 * routes in HttpOptions.open_paths are logged with the whole path. This also applies to a path that was not
 * found, because it may be a link that was copied with an error.
 */

#include "http/access-log.h"

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/log.h"
#include "http/connection.h"
#include "http/date.h"
#include "http/request.h"

#include <stdio.h>
#include <string.h>

enum { TARGET_BYTES = 1024, WORD_BYTES = 32, STATUS_BYTES = 16 };

static bool is_open(const HttpRequest *request)
{
        if (!request->route || request->status == MHD_HTTP_NOT_FOUND)
                return false;
        if (request->route->exact)
                return true;
        for (const char *const *path = request->shared->open_paths; path && *path; path++)
                if (strcmp(*path, request->route->path) == 0)
                        return true;
        return false;
}

/* Appends text as one word that needs no quotation marks, percent-encoded where necessary. */
static void put_word(Buffer *out, const char *text, size_t max)
{
        for (size_t i = 0; text[i] && i < max; i++) {
                unsigned char c = (unsigned char)text[i];
                bool is_plain = c > ' ' && c < 0x7f && !strchr("\"\\%", c);
                buffer_printf(out, is_plain ? "%c" : "%%%02X", c);
        }
}

static void put_path(Buffer *out, const HttpRequest *request)
{
        const HttpRoute *route = request->route;
        put_word(out, route ? route->path : "/", TARGET_BYTES);
        if (!is_open(request))
                buffer_puts(out, "...");
        else if (request->rest)
                put_word(out, request->rest, TARGET_BYTES);
}

static void put_time(Buffer *out, usec_t now)
{
        char date[HTTP_DATE_SIZE]; /* Wed, 23 Jun 2021 05:59:30 GMT */
        http_date_format(now, date);
        buffer_printf(out, "%.2s/%.3s/%.4s:%.8s +0000", date + 5, date + 8, date + 12, date + 17);
}

void access_log_write(HttpRequest *request)
{
        CLEANUP(buffer_done) Buffer path = BUFFER_INIT(65536), method = BUFFER_INIT(65536);
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(65536);
        char client[ADDRESS_TEXT_BYTES] = "-", status[STATUS_BYTES];
        Address address;
        if (!request->shared->access_log || !request->begun || !request->replied)
                return;
        if (http_request_client(request, &address))
                address_format(&address, client);
        put_path(&path, request);
        put_word(&method, request->method_name, WORD_BYTES);
        buffer_printf(&line, "%s - - [", client);
        put_time(&line, clock_now(request->shared->clock));
        buffer_printf(&line, "] \"%s %s ", buffer_text(&method), buffer_text(&path));
        put_word(&line, request->version, WORD_BYTES);
        buffer_printf(&line, "\" %d -", request->status);
        snprintf(status, sizeof(status), "%d", request->status);
        if (buffer_error(&line) == 0)
                log_write(LOG_INFO,
                                LOG_FIELDS({ "HTTP_CLIENT", client },
                                                { "HTTP_METHOD", buffer_text(&method) },
                                                { "HTTP_PATH", buffer_text(&path) },
                                                { "HTTP_STATUS", status }),
                                "%s", buffer_text(&line));
}
