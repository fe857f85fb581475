/* The XML of a request: a copy of an element is a document of its own, and its copy is the same. */

#include "base/cleanup.h"
#include "dav/xml-reader.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { COPY_MAX_BYTES = 64 * 1024 * 1024 };

static int copy(const char *bytes, size_t len, Buffer *out)
{
        CLEANUP(xml_reader_done) XmlReader reader;
        int r = xml_reader_init(&reader, bytes, len);
        return r == 0 ? xml_copy(&reader, out) : r;
}

static void read_children(const char *bytes, size_t len)
{
        CLEANUP(xml_reader_done) XmlReader reader;
        const char *text;
        int r = xml_reader_init(&reader, bytes, len);
        while (r == 0 && xml_child(&reader, 0) == XML_CHILD) {
                (void)xml_attribute(&reader, "a");
                r = xml_token(&reader, &text);
        }
        if (r == 0)
                (void)xml_finish(&reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        CLEANUP(buffer_done) Buffer once = BUFFER_INIT(COPY_MAX_BYTES), twice = BUFFER_INIT(COPY_MAX_BYTES);
        read_children((const char *)data, size);
        /* A copy may have more attributes than a document may have, because it declares all prefixes. */
        if (copy((const char *)data, size, &once) == 0 && copy(once.data, once.len, &twice) == 0)
                assert(once.len == twice.len && memcmp(once.data, twice.data, once.len) == 0);
        return 0;
}
