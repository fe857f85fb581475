#include "dav/if-header.h"

#include "http/etag.h"

#include <string.h>
#include <strings.h>

enum { HREF_SIZE = 4096 };

typedef struct IfReader {
        const char *at;
        IfState state; /* of the resource to which the next lists apply */
} IfReader;

static void skip_space(IfReader *reader)
{
        reader->at += strspn(reader->at, " \t");
}

/* Reads the text between `<` and `>`. */
static int read_coded_url(IfReader *reader, char ret[static HREF_SIZE])
{
        size_t len = strcspn(reader->at + 1, "<>");
        if (len == 0 || len >= HREF_SIZE || reader->at[1 + len] != '>')
                return IF_HEADER_E_INVALID;
        memcpy(ret, reader->at + 1, len);
        ret[len] = '\0';
        reader->at += len + 2;
        return 0;
}

/* Reads an entity tag in brackets. One that is longer than all tags here names none of them. */
static int read_etag(IfReader *reader, bool *ret)
{
        char etag[DAV_ETAG_SIZE + sizeof("W/-gzip")] = "";
        const char *begin = reader->at + 1;
        const char *quote = begin + (strncmp(begin, "W/", 2) == 0 ? 2 : 0);
        const char *end = *quote == '"' ? strchr(quote + 1, '"') : NULL;
        if (!end || end[1] != ']')
                return IF_HEADER_E_INVALID;
        size_t len = (size_t)(end + 1 - begin);
        if (len < sizeof(etag))
                memcpy(etag, begin, len);
        *ret = etag[0] && reader->state.etag[0] && http_etag_if_match(etag, reader->state.etag);
        reader->at = end + 2;
        return 0;
}

/* Reads a state token. */
static int read_token(IfReader *reader, bool *ret)
{
        char token[HREF_SIZE];
        int r = read_coded_url(reader, token);
        *ret = r == 0 && strcmp(token, reader->state.token) == 0;
        return r;
}

static int read_condition(IfReader *reader, bool *ret)
{
        bool is_negated = strncasecmp(reader->at, "Not", 3) == 0;
        int r = IF_HEADER_E_INVALID;
        if (is_negated) {
                reader->at += 3;
                skip_space(reader);
        }
        *ret = false;
        if (*reader->at == '<')
                r = read_token(reader, ret);
        else if (*reader->at == '[')
                r = read_etag(reader, ret);
        *ret ^= is_negated;
        return r;
}

/* Reads a list in parentheses. It is met if all its conditions are. */
static int read_list(IfReader *reader, bool *ret)
{
        int r = 0;
        *ret = true;
        reader->at++;
        for (size_t n = 0; r == 0; n++) {
                bool is_met;
                skip_space(reader);
                if (n > 0 && *reader->at == ')') {
                        reader->at++;
                        break;
                }
                r = read_condition(reader, &is_met);
                *ret &= is_met;
        }
        skip_space(reader);
        return r;
}

/* Reads the resource to which the next lists apply. */
static int read_resource(IfReader *reader, IfFind *find, void *userdata)
{
        char href[HREF_SIZE];
        int r = read_coded_url(reader, href);
        skip_space(reader);
        if (r == 0 && *reader->at != '(')
                r = IF_HEADER_E_INVALID;
        reader->state = (IfState){ 0 };
        return r != 0 ? r : find(href, &reader->state, userdata);
}

int if_header_is_met(const char *value, IfFind *find, void *userdata, bool *ret)
{
        IfReader reader = { .at = value };
        *ret = false;
        skip_space(&reader);
        bool is_tagged = *reader.at == '<';
        int r = is_tagged ? 0 : find(NULL, &reader.state, userdata);
        do {
                bool is_met = false;
                if (r == 0 && is_tagged && *reader.at == '<')
                        r = read_resource(&reader, find, userdata);
                if (r == 0)
                        r = *reader.at == '(' ? read_list(&reader, &is_met) : IF_HEADER_E_INVALID;
                *ret |= is_met;
        } while (r == 0 && *reader.at);
        return r;
}
