#include "mail/fetch.h"

#include "base/buffer.h"
#include "base/cleanup.h"
#include "mail/curl-options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum {
        CONNECT_SECONDS = 20,
        REDIRECTS_MAX = 3,
        STATUS_OK = 200,
        STATUS_UNCHANGED = 304,
        HEADER_BYTES = 512
};

typedef struct Fetch {
        const FetchRequest *request;
        FetchReply *reply;
        CURL *handle;
        struct curl_slist *headers;
        Buffer body;
        bool is_refused; /* an address was not allowed */
} Fetch;

static void fetch_done(Fetch *fetch)
{
        curl_easy_cleanup(fetch->handle);
        curl_slist_free_all(fetch->headers);
        buffer_done(&fetch->body);
}

void fetch_reply_done(FetchReply *reply)
{
        free(reply->bytes);
        reply->bytes = NULL;
}

/*
 * Whether an address is one of this machine: then a socket that is connected to it has the same local
 * address. Connecting a datagram socket sends nothing.
 */
static bool is_own(const struct sockaddr *address, socklen_t len)
{
        CLEANUP(cleanup_close) int fd = socket(address->sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        struct sockaddr_storage local;
        socklen_t local_len = sizeof(local);
        Address here, there;
        if (fd < 0 || connect(fd, address, len) < 0 ||
                        getsockname(fd, (struct sockaddr *)&local, &local_len) < 0)
                return false;
        return address_of((struct sockaddr *)&local, &here) == 0 && address_of(address, &there) == 0 &&
               memcmp(&here, &there, sizeof(here)) == 0;
}

static bool is_allowed(const FetchRequest *request, const struct sockaddr *socket_address, socklen_t len)
{
        Address address;
        if (address_of(socket_address, &address) < 0)
                return false;
        for (size_t i = 0; i < request->n_allowed; i++)
                if (network_has(&request->allowed[i], &address))
                        return true;
        return address_is_public(&address) && !is_own(socket_address, len);
}

/* Called for each address that curl is about to connect to. */
static curl_socket_t on_open(void *userdata, curlsocktype purpose, struct curl_sockaddr *address)
{
        Fetch *fetch = userdata;
        if (purpose != CURLSOCKTYPE_IPCXN || !is_allowed(fetch->request, &address->addr, address->addrlen)) {
                fetch->is_refused = true;
                return CURL_SOCKET_BAD;
        }
        return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static size_t on_body(char *bytes, size_t size, size_t n, void *userdata)
{
        Fetch *fetch = userdata;
        buffer_append(&fetch->body, bytes, size * n);
        return buffer_error(&fetch->body) == 0 ? size * n : 0;
}

/*
 * Reads the ETag. After a redirect, the headers of the next reply count, so a new reply begins without ETag.
 */
static size_t on_header(char *bytes, size_t size, size_t n, void *userdata)
{
        static const char name[] = "etag:";
        Fetch *fetch = userdata;
        size_t len = size * n, skip = strlen(name);
        char *etag = fetch->reply->etag;
        if (len > 5 && strncasecmp(bytes, "HTTP/", 5) == 0)
                etag[0] = '\0';
        if (len <= skip || strncasecmp(bytes, name, skip) != 0)
                return len;
        while (skip < len && bytes[skip] == ' ')
                skip++;
        size_t end = len;
        while (end > skip && (bytes[end - 1] == '\r' || bytes[end - 1] == '\n' || bytes[end - 1] == ' '))
                end--;
        if (end - skip < FETCH_ETAG_SIZE)
                snprintf(etag, FETCH_ETAG_SIZE, "%.*s", (int)(end - skip), bytes + skip);
        return len;
}

static int on_progress(
                void *userdata, curl_off_t down_total, curl_off_t down, curl_off_t up_total, curl_off_t up)
{
        const Fetch *fetch = userdata;
        (void)down_total, (void)down, (void)up_total, (void)up;
        return fetch->request->is_stopping && fetch->request->is_stopping(fetch->request->userdata);
}

static CURLcode set_tables(CURL *handle, const FetchRequest *request)
{
        bool is_secure = strncasecmp(request->url, "https:", 6) == 0;
        const CurlNumber numbers[] = {
                { CURLOPT_FOLLOWLOCATION, 1 },
                { CURLOPT_MAXREDIRS, REDIRECTS_MAX },
                { CURLOPT_TIMEOUT_MS, (long)(request->timeout / USEC_PER_MSEC) },
                { CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS },
                { CURLOPT_NOSIGNAL, 1 },
                { CURLOPT_NOPROGRESS, 0 },
        };
        const CurlText texts[] = {
                { CURLOPT_URL, request->url },
                { CURLOPT_PROTOCOLS_STR, "http,https" },
                { CURLOPT_REDIR_PROTOCOLS_STR, is_secure ? "https" : "http,https" },
                { CURLOPT_PROXY, "" },
                { CURLOPT_USERAGENT, "convened" },
        };
        return curl_options_set(handle, numbers, sizeof(numbers) / sizeof(numbers[0]), texts,
                        sizeof(texts) / sizeof(texts[0]));
}

static CURLcode add_headers(Fetch *fetch)
{
        char line[HEADER_BYTES];
        snprintf(line, sizeof(line), "If-None-Match: %s", fetch->request->etag);
        fetch->headers = curl_slist_append(NULL, "Accept: text/calendar");
        struct curl_slist *more = fetch->headers && fetch->request->etag[0]
                                                  ? curl_slist_append(fetch->headers, line)
                                                  : fetch->headers;
        if (!more)
                return CURLE_OUT_OF_MEMORY;
        return curl_easy_setopt(fetch->handle, CURLOPT_HTTPHEADER, more);
}

static CURLcode set_options(Fetch *fetch)
{
        CURL *handle = fetch->handle;
        CURLcode code = set_tables(handle, fetch->request);
        if (code == CURLE_OK)
                code = add_headers(fetch);
        curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, on_open);
        curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, fetch);
        curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, on_body);
        curl_easy_setopt(handle, CURLOPT_WRITEDATA, fetch);
        curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, on_header);
        curl_easy_setopt(handle, CURLOPT_HEADERDATA, fetch);
        curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, on_progress);
        curl_easy_setopt(handle, CURLOPT_XFERINFODATA, fetch);
        return code;
}

static int fail(Fetch *fetch, const char *why)
{
        snprintf(fetch->reply->error, sizeof(fetch->reply->error), "%s", why);
        return FETCH_E_FAILED;
}

static int explain(Fetch *fetch, CURLcode code)
{
        if (code == CURLE_OUT_OF_MEMORY)
                return -ENOMEM;
        if (fetch->is_refused)
                return fail(fetch,
                                "the address is of this machine or of a private network (meetings.fetch_from)");
        if (buffer_error(&fetch->body) != 0)
                return buffer_error(&fetch->body) == -ENOMEM ? -ENOMEM
                                                             : fail(fetch, "the file is too large");
        return fail(fetch, curl_easy_strerror(code));
}

static int finish(Fetch *fetch)
{
        char why[FETCH_ERROR_SIZE];
        long status = 0;
        curl_easy_getinfo(fetch->handle, CURLINFO_RESPONSE_CODE, &status);
        if (status == STATUS_UNCHANGED && fetch->request->etag[0])
                return FETCH_E_UNCHANGED;
        snprintf(why, sizeof(why), "the server answers %ld", status);
        if (status != STATUS_OK)
                return fail(fetch, why);
        if (fetch->body.len == 0)
                return fail(fetch, "the file is empty");
        fetch->reply->len = fetch->body.len;
        fetch->reply->bytes = buffer_take(&fetch->body);
        return fetch->reply->bytes ? 0 : -ENOMEM;
}

int fetch_get(const FetchRequest *request, FetchReply *ret)
{
        *ret = (FetchReply){ .len = 0 };
        CLEANUP(fetch_done)
        Fetch fetch = { .request = request,
                .reply = ret,
                .handle = curl_easy_init(),
                .body = BUFFER_INIT(request->max_bytes) };
        CURLcode code = fetch.handle ? set_options(&fetch) : CURLE_OUT_OF_MEMORY;
        if (code == CURLE_OK)
                code = curl_easy_perform(fetch.handle);
        return code == CURLE_OK ? finish(&fetch) : explain(&fetch, code);
}
