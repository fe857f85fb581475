#include "draft/markup.h"

#include "base/time.h"
#include "base/utf8.h"
#include "draft/condition.h"
#include "package/xml.h"

#include <errno.h>
#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <string.h>
#include <strings.h>

enum { CHUNK_BYTES = 16 * 1024 };

typedef struct Reader {
        Buffer *out;
        DraftDay *published;
        int hidden;   /* depth of elements whose text is not shown */
        void *parser; /* of HTML, to stop it; else NULL */
} Reader;

static bool is_one_of(const char *name, const char *const *list)
{
        for (size_t i = 0; list[i]; i++)
                if (strcasecmp(list[i], name) == 0)
                        return true;
        return false;
}

static void put_text(Reader *reader, const char *text, size_t len)
{
        if (reader->hidden == 0)
                buffer_append(reader->out, text, len);
        if (reader->parser && buffer_error(reader->out) < 0)
                xmlStopParser(reader->parser);
}

static void end_line(Reader *reader)
{
        if (reader->out->len > 0 && reader->out->data[reader->out->len - 1] != '\n')
                put_text(reader, "\n", 1);
}

static void on_characters(void *userdata, const xmlChar *text, int len)
{
        Reader *reader = userdata;
        /* A line break of HTML is a blank. */
        for (int i = 0; i < len; i++) {
                bool is_blank = text[i] == '\n' || text[i] == '\r' || text[i] == '\t';
                put_text(reader, is_blank ? " " : (const char *)text + i, 1);
        }
}

/* ---- HTML ---- */

static const char *const hidden[] = { "script", "style", "head", "nav", "noscript", "template", "select",
        "button", "svg", NULL };
static const char *const blocks[] = { "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "tr", "br",
        "table", "ul", "ol", "section", "article", "header", "footer", "aside", "main", "blockquote", "dd",
        "dt", "hr", "address", "figure", "figcaption", "td", NULL };
static const char *const published[] = { "article:published_time", "datePublished", "dc.date",
        "DC.date.issued", "date", "pubdate", "publish-date", NULL };

static const char *attribute(const xmlChar **attributes, const char *name)
{
        for (size_t i = 0; attributes && attributes[i]; i += 2)
                if (strcasecmp((const char *)attributes[i], name) == 0)
                        return (const char *)attributes[i + 1];
        return NULL;
}

static void read_day(const char *text, DraftDay *ret)
{
        DraftDay day;
        if (!text || ret->year || time_read_digits(&text, 4, &day.year) < 0 || *text++ != '-' ||
                        time_read_digits(&text, 2, &day.month) < 0 || *text++ != '-' ||
                        time_read_digits(&text, 2, &day.day) < 0)
                return;
        if (civil_valid(&(CivilTime){ day.year, day.month, day.day, 0, 0, 0 }))
                *ret = day;
}

static void on_html_start(void *userdata, const xmlChar *xml_name, const xmlChar **attributes)
{
        Reader *reader = userdata;
        const char *name = (const char *)xml_name, *key = attribute(attributes, "property");
        if (!key)
                key = attribute(attributes, "name");
        if (!key)
                key = attribute(attributes, "itemprop");
        if (strcasecmp(name, "meta") == 0 && key && is_one_of(key, published))
                read_day(attribute(attributes, "content"), reader->published);
        if (strcasecmp(name, "time") == 0 && key && is_one_of(key, published))
                read_day(attribute(attributes, "datetime"), reader->published);
        if (is_one_of(name, blocks))
                end_line(reader);
        reader->hidden += is_one_of(name, hidden);
}

static void on_html_end(void *userdata, const xmlChar *name)
{
        Reader *reader = userdata;
        if (is_one_of((const char *)name, hidden) && reader->hidden > 0)
                reader->hidden--;
        if (is_one_of((const char *)name, blocks))
                end_line(reader);
}

/* Text that is UTF-8 as a whole is not in another encoding. */
static xmlCharEncoding encoding_of(const char *bytes, size_t len)
{
        for (size_t at = 0; at < len; at++) {
                at += utf8_plain_prefix(bytes + at, len - at);
                if (at < len && (unsigned char)bytes[at] >= 0x80)
                        return XML_CHAR_ENCODING_NONE;
        }
        return XML_CHAR_ENCODING_UTF8;
}

int markup_read_html(const char *bytes, size_t len, Buffer *out, DraftDay *ret_published)
{
        Reader reader = { .out = out, .published = ret_published };
        htmlSAXHandler sax = { .startElement = on_html_start,
                .endElement = on_html_end,
                .characters = on_characters,
                .ignorableWhitespace = on_characters };
        htmlParserCtxtPtr parser =
                        htmlCreatePushParserCtxt(&sax, &reader, NULL, 0, NULL, encoding_of(bytes, len));
        if (!parser)
                return -ENOMEM;
        reader.parser = parser;
        htmlCtxtUseOptions(parser, HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET);
        for (size_t at = 0; at < len && buffer_error(out) == 0; at += CHUNK_BYTES)
                htmlParseChunk(parser, bytes + at, (int)(len - at < CHUNK_BYTES ? len - at : CHUNK_BYTES),
                                0);
        if (buffer_error(out) == 0)
                htmlParseChunk(parser, "", 0, 1);
        htmlFreeParserCtxt(parser);
        return buffer_error(out);
}

/* ---- Documents ---- */

static const char *const paragraphs[] = { "p", "h", "br", "line-break", "tr", NULL };
static const char *const blanks[] = { "tab", "s", NULL };
/* In OpenDocument text stands in paragraphs; in WordprocessingML in "t". */
static const char *const unseen[] = { "instrText", "delText", "tracked-changes", "annotation", NULL };

static int on_start(XmlWalk *walk, const char *name, void *userdata)
{
        Reader *reader = userdata;
        (void)walk;
        reader->hidden += is_one_of(name, unseen);
        if (is_one_of(name, blanks))
                put_text(reader, " ", 1);
        if (is_one_of(name, paragraphs))
                end_line(reader);
        return buffer_error(reader->out);
}

static int on_text(XmlWalk *walk, const char *text, size_t len, void *userdata)
{
        Reader *reader = userdata;
        (void)walk;
        put_text(reader, text, len);
        return buffer_error(reader->out);
}

static int on_end(XmlWalk *walk, const char *name, void *userdata)
{
        Reader *reader = userdata;
        (void)walk;
        if (is_one_of(name, unseen) && reader->hidden > 0)
                reader->hidden--;
        if (is_one_of(name, paragraphs))
                end_line(reader);
        return buffer_error(reader->out);
}

int markup_read_document(const char *bytes, size_t len, Buffer *out)
{
        static const XmlCalls calls = { on_start, on_text, on_end };
        Reader reader = { .out = out };
        int r = xml_walk(bytes, len, &calls, &reader);
        return r > 0 ? DRAFT_E_FORMAT : r;
}
