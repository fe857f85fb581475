#include "package/xml.h"

#include "base/cleanup.h"
#include "package/condition.h"

#include <errno.h>
#include <libxml/xmlreader.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* No entity is expanded without XML_PARSE_NOENT; without XML_PARSE_HUGE the library's limits hold. */
enum { PARSE_OPTIONS = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_COMPACT };

struct XmlWalk {
        xmlTextReader *reader;
        const XmlCalls *calls;
        void *userdata;
};

static void close_reader(xmlTextReader **reader)
{
        if (*reader)
                xmlFreeTextReader(*reader);
}

bool xml_walk_attribute(XmlWalk *walk, const char *name, char *ret, size_t size)
{
        bool found = false;
        ret[0] = '\0';
        for (int more = xmlTextReaderMoveToFirstAttribute(walk->reader); more == 1 && !found;
                        more = xmlTextReaderMoveToNextAttribute(walk->reader)) {
                const char *value = (const char *)xmlTextReaderConstValue(walk->reader);
                found = strcmp((const char *)xmlTextReaderConstLocalName(walk->reader), name) == 0 &&
                        value && strlen(value) < size;
                if (found)
                        strcpy(ret, value);
        }
        xmlTextReaderMoveToElement(walk->reader);
        return found;
}

static int on_element(XmlWalk *walk)
{
        const char *name = (const char *)xmlTextReaderConstLocalName(walk->reader);
        bool is_empty = xmlTextReaderIsEmptyElement(walk->reader) == 1;
        int r = walk->calls->on_start(walk, name, walk->userdata);
        return r == 0 && is_empty && walk->calls->on_end ? walk->calls->on_end(walk, name, walk->userdata)
                                                         : r;
}

static int on_node(XmlWalk *walk)
{
        const XmlCalls *calls = walk->calls;
        const char *text;
        switch (xmlTextReaderNodeType(walk->reader)) {
        case XML_READER_TYPE_ELEMENT:
                return on_element(walk);
        case XML_READER_TYPE_END_ELEMENT:
                return calls->on_end ? calls->on_end(walk,
                                                       (const char *)xmlTextReaderConstLocalName(
                                                                       walk->reader),
                                                       walk->userdata)
                                     : 0;
        case XML_READER_TYPE_TEXT:
        case XML_READER_TYPE_CDATA:
        case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
        case XML_READER_TYPE_WHITESPACE:
                text = (const char *)xmlTextReaderConstValue(walk->reader);
                return calls->on_text && text ? calls->on_text(walk, text, strlen(text), walk->userdata) : 0;
        case XML_READER_TYPE_DOCUMENT_TYPE:
                return PACKAGE_E_XML;
        default:
                return 0;
        }
}

int xml_walk(const char *text, size_t len, const XmlCalls *calls, void *userdata)
{
        if (len > INT_MAX)
                return PACKAGE_E_XML;
        CLEANUP(close_reader)
        xmlTextReader *reader = xmlReaderForMemory(text, (int)len, NULL, NULL, PARSE_OPTIONS);
        XmlWalk walk = { reader, calls, userdata };
        int r = 0, more = reader ? xmlTextReaderRead(reader) : -1;
        if (!reader)
                return -ENOMEM;
        for (; r == 0 && more == 1; more = r == 0 ? xmlTextReaderRead(reader) : more)
                r = on_node(&walk);
        return r != 0 ? r : more == 0 ? 0 : PACKAGE_E_XML;
}
