#include "dav/xml-reader.h"

#include "base/cleanup.h"

#include <errno.h>
#include <iconv.h>
#include <libxml/tree.h>
#include <libxml/xmlreader.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/*
 * No entity is expanded without XML_PARSE_NOENT; XML_PARSE_HUGE is not set, so that the library's limits
 * hold.
 */
enum {
        PARSE_OPTIONS = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_COMPACT |
                        XML_PARSE_IGNORE_ENC
};

void xml_reader_done(XmlReader *reader)
{
        if (reader->stream)
                xmlFreeTextReader(reader->stream);
        free(reader->converted);
        buffer_done(&reader->text);
        buffer_done(&reader->space);
        *reader = (XmlReader){ .stream = NULL };
}

static const char *or_empty(const xmlChar *text)
{
        return text ? (const char *)text : "";
}

const char *xml_local(XmlReader *reader)
{
        return or_empty(xmlTextReaderConstLocalName(reader->stream));
}

/*
 * The library leaves "&#38;" for each "&" in the name of a namespace, unless it may expand entities. It
 * leaves no other "&".
 */
static const char *decode_space(XmlReader *reader, const char *space)
{
        static const char escaped[] = "&#38;";
        if (!strstr(space, escaped))
                return space;
        reader->space.max = XML_MAX_BYTES;
        buffer_reset(&reader->space);
        for (const char *at; (at = strstr(space, escaped)); space = at + strlen(escaped)) {
                buffer_append(&reader->space, space, (size_t)(at - space));
                buffer_putc(&reader->space, '&');
        }
        buffer_puts(&reader->space, space);
        return buffer_text(&reader->space);
}

const char *xml_space(XmlReader *reader)
{
        return decode_space(reader, or_empty(xmlTextReaderConstNamespaceUri(reader->stream)));
}

bool xml_is(XmlReader *reader, const char *space, const char *local)
{
        return strcmp(xml_local(reader), local) == 0 && strcmp(xml_space(reader), space) == 0;
}

int xml_depth(XmlReader *reader)
{
        return xmlTextReaderDepth(reader->stream);
}

const char *xml_language(XmlReader *reader)
{
        return (const char *)xmlTextReaderConstXmlLang(reader->stream);
}

const char *xml_attribute(XmlReader *reader, const char *local)
{
        const char *value = NULL;
        if (xmlTextReaderMoveToAttribute(reader->stream, (const xmlChar *)local) == 1) {
                value = or_empty(xmlTextReaderConstValue(reader->stream));
                (void)xmlTextReaderMoveToElement(reader->stream);
        }
        return value;
}

/*
 * Checks the current node. A reference to an entity, which only a DOCTYPE could define, is refused. The
 * library leaves a prefix that was not declared in the local name.
 */
static int check_node(XmlReader *reader)
{
        switch (xmlTextReaderNodeType(reader->stream)) {
        case XML_READER_TYPE_ELEMENT:
                return xml_depth(reader) > XML_DEPTH_MAX || strchr(xml_local(reader), ':') ? XML_E_INVALID
                                                                                           : 0;
        case XML_READER_TYPE_DOCUMENT_TYPE:
        case XML_READER_TYPE_ENTITY_REFERENCE:
        case XML_READER_TYPE_ENTITY:
                return XML_E_INVALID;
        default:
                return 0;
        }
}

enum { AT_NODE = 1 };

/* Moves to the next node. Return: AT_NODE; 0 at the end of the document; XML_E_INVALID. */
static int advance(XmlReader *reader)
{
        int more = xmlTextReaderRead(reader->stream);
        if (more != 1)
                return more == 0 ? 0 : XML_E_INVALID;
        int r = check_node(reader);
        return r == 0 ? AT_NODE : r;
}

static bool is_type(XmlReader *reader, int type)
{
        return xmlTextReaderNodeType(reader->stream) == type;
}

/*
 * Whether the current node begins the element at @depth, and the element is empty, so that no end follows.
 */
static bool is_empty(XmlReader *reader, int depth)
{
        return is_type(reader, XML_READER_TYPE_ELEMENT) && xml_depth(reader) == depth &&
               xmlTextReaderIsEmptyElement(reader->stream) == 1;
}

static bool is_end(XmlReader *reader, int depth)
{
        return is_type(reader, XML_READER_TYPE_END_ELEMENT) && xml_depth(reader) == depth;
}

int xml_child(XmlReader *reader, int parent)
{
        int r;
        if (is_empty(reader, parent) || is_end(reader, parent))
                return 0;
        while ((r = advance(reader)) == AT_NODE) {
                if (is_end(reader, parent))
                        return 0;
                if (is_type(reader, XML_READER_TYPE_ELEMENT) && xml_depth(reader) == parent + 1)
                        return XML_CHILD;
        }
        return r == 0 ? XML_E_INVALID : r;
}

static bool is_text(XmlReader *reader)
{
        return is_type(reader, XML_READER_TYPE_TEXT) || is_type(reader, XML_READER_TYPE_CDATA) ||
               is_type(reader, XML_READER_TYPE_WHITESPACE) ||
               is_type(reader, XML_READER_TYPE_SIGNIFICANT_WHITESPACE);
}

static const char *value_of(XmlReader *reader)
{
        return or_empty(xmlTextReaderConstValue(reader->stream));
}

int xml_text(XmlReader *reader, const char **ret)
{
        int depth = xml_depth(reader), r = AT_NODE;
        reader->text.max = XML_MAX_BYTES;
        buffer_reset(&reader->text);
        if (is_empty(reader, depth)) {
                *ret = "";
                return 0;
        }
        while ((r = advance(reader)) == AT_NODE && !is_end(reader, depth))
                if (is_text(reader) && xml_depth(reader) == depth + 1)
                        buffer_puts(&reader->text, value_of(reader));
        if (r == AT_NODE)
                r = buffer_error(&reader->text);
        else if (r == 0)
                r = XML_E_INVALID;
        if (r == 0)
                *ret = buffer_text(&reader->text);
        return r;
}

int xml_token(XmlReader *reader, const char **ret)
{
        static const char space[] = " \t\r\n";
        const char *text;
        int r = xml_text(reader, &text);
        if (r != 0)
                return r;
        text += strspn(text, space);
        if (reader->text.len > 0) {
                char *end = reader->text.data + reader->text.len;
                while (end > text && strchr(space, end[-1]))
                        *--end = '\0';
        }
        *ret = text;
        return 0;
}

/* Appends text escaped, with all characters that the document had. */
static void put_escaped(const char *text, Buffer *out)
{
        for (; *text; text++) {
                size_t len = strcspn(text, "&<>\"\t\n\r");
                buffer_append(out, text, len);
                text += len;
                if (!*text)
                        return;
                buffer_printf(out, "&#%d;", *text);
        }
}

/* The prefixes that an element has declared in the copy; "" is the default namespace. */
typedef struct Declared {
        const char *prefixes[2 * XML_ATTRIBUTES_MAX + 1];
        size_t n;
} Declared;

static bool is_declared(const Declared *declared, const char *prefix)
{
        for (size_t i = 0; i < declared->n; i++)
                if (strcmp(declared->prefixes[i], prefix) == 0)
                        return true;
        return false;
}

static void declare(const char *prefix, const char *space, Declared *declared, Buffer *out)
{
        if (is_declared(declared, prefix) || strcmp(prefix, "xml") == 0)
                return;
        declared->prefixes[declared->n++] = prefix;
        buffer_printf(out, " xmlns%s%s=\"", prefix[0] ? ":" : "", prefix);
        put_escaped(space, out);
        buffer_putc(out, '"');
}

static void put_name(XmlReader *reader, Buffer *out)
{
        const char *prefix = or_empty(xmlTextReaderConstPrefix(reader->stream));
        buffer_printf(out, "%s%s%s", prefix, prefix[0] ? ":" : "", xml_local(reader));
}

/* Appends the current attribute, if it is a declaration (@declarations) or is none (!@declarations). */
static void put_attribute(XmlReader *reader, bool declarations, Declared *declared, Buffer *out)
{
        const char *prefix = or_empty(xmlTextReaderConstPrefix(reader->stream));
        if ((xmlTextReaderIsNamespaceDecl(reader->stream) == 1) != declarations)
                return;
        if (declarations) {
                declare(prefix[0] ? xml_local(reader) : "", decode_space(reader, value_of(reader)), declared,
                                out);
                return;
        }
        if (prefix[0])
                declare(prefix, xml_space(reader), declared, out);
        buffer_putc(out, ' ');
        put_name(reader, out);
        buffer_puts(out, "=\"");
        put_escaped(value_of(reader), out);
        buffer_putc(out, '"');
}

static void put_attributes(XmlReader *reader, bool declarations, Declared *declared, Buffer *out)
{
        for (int r = xmlTextReaderMoveToFirstAttribute(reader->stream); r == 1;
                        r = xmlTextReaderMoveToNextAttribute(reader->stream))
                put_attribute(reader, declarations, declared, out);
        (void)xmlTextReaderMoveToElement(reader->stream);
}

/* Appends a start tag that declares all prefixes that it uses. */
static void put_start(XmlReader *reader, Buffer *out)
{
        Declared declared = { .n = 0 };
        buffer_putc(out, '<');
        put_name(reader, out);
        put_attributes(reader, true, &declared, out);
        declare(or_empty(xmlTextReaderConstPrefix(reader->stream)), xml_space(reader), &declared, out);
        put_attributes(reader, false, &declared, out);
        buffer_puts(out, xmlTextReaderIsEmptyElement(reader->stream) == 1 ? "/>" : ">");
}

static void put_end(XmlReader *reader, Buffer *out)
{
        buffer_puts(out, "</");
        put_name(reader, out);
        buffer_putc(out, '>');
}

static void put_node(XmlReader *reader, Buffer *out)
{
        if (is_type(reader, XML_READER_TYPE_ELEMENT))
                put_start(reader, out);
        else if (is_type(reader, XML_READER_TYPE_END_ELEMENT))
                put_end(reader, out);
        else if (is_text(reader))
                put_escaped(value_of(reader), out);
}

int xml_copy(XmlReader *reader, Buffer *out)
{
        int depth = xml_depth(reader), r = AT_NODE;
        put_start(reader, out);
        if (is_empty(reader, depth))
                return 0;
        while ((r = advance(reader)) == AT_NODE) {
                put_node(reader, out);
                if (is_end(reader, depth))
                        return 0;
        }
        return r == 0 ? XML_E_INVALID : r;
}

bool xml_is_name(const char *text)
{
        return xmlValidateNCName((const xmlChar *)text, 0) == 0;
}

int xml_finish(XmlReader *reader)
{
        int r;
        while ((r = advance(reader)) == AT_NODE)
                ;
        return r;
}

/* Converts a document in UTF-16 with a byte order mark, which iconv() reads, to UTF-8. */
static int convert(XmlReader *reader, const char **bytes, size_t *len)
{
        size_t left = *len, room = 3 * (*len / 2) + 1, all = room;
        char *from = (char *)(uintptr_t)*bytes, *to = reader->converted = malloc(room);
        iconv_t converter = iconv_open("UTF-8", "UTF-16");
        if (!to || converter == (iconv_t)-1) {
                if (converter != (iconv_t)-1)
                        iconv_close(converter);
                return -ENOMEM;
        }
        size_t r = iconv(converter, &from, &left, &to, &room);
        iconv_close(converter);
        *bytes = reader->converted;
        *len = all - room;
        return r == (size_t)-1 ? XML_E_INVALID : 0;
}

static bool is_utf16(const char *bytes, size_t len)
{
        return len >= 2 && (memcmp(bytes, "\xff\xfe", 2) == 0 || memcmp(bytes, "\xfe\xff", 2) == 0);
}

/*
 * Whether the library reads the bytes as UTF-8. It guesses other encodings from the first bytes; those have
 * a NUL, or do not begin with "<" or white space in ASCII. A declared encoding is ignored (PARSE_OPTIONS),
 * so that the library reads the characters that xml_limits_hold() has checked.
 */
static bool is_utf8(const char *bytes, size_t len)
{
        size_t mark = len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
        return len > mark && strchr("< \t\r\n", bytes[mark]) && !memchr(bytes, '\0', len);
}

static int open_stream(XmlReader *reader, const char *bytes, size_t len)
{
        int r = 0;
        if (len > XML_MAX_BYTES)
                return XML_E_INVALID;
        if (is_utf16(bytes, len))
                r = convert(reader, &bytes, &len);
        if (r == 0 && (!is_utf8(bytes, len) || !xml_limits_hold(bytes, len)))
                r = XML_E_INVALID;
        if (r != 0)
                return r;
        reader->stream = xmlReaderForMemory(bytes, (int)len, NULL, "UTF-8", PARSE_OPTIONS);
        return reader->stream ? 0 : -ENOMEM;
}

int xml_reader_init(XmlReader *ret, const char *bytes, size_t len)
{
        *ret = (XmlReader){ .stream = NULL };
        int r = open_stream(ret, bytes, len);
        if (r != 0)
                return r;
        while ((r = advance(ret)) == AT_NODE)
                if (is_type(ret, XML_READER_TYPE_ELEMENT))
                        return 0;
        return r == 0 ? XML_E_INVALID : r;
}
