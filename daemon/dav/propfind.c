#include "dav/propfind.h"

#include "dav/xml-reader.h"

#include <errno.h>
#include <string.h>

/* The local names differ more often than the namespaces. */
bool dav_name_is(const DavName *name, const char *space, const char *local)
{
        return name->local[0] == local[0] && strcmp(name->local, local) == 0 &&
               strcmp(name->space, space) == 0;
}

void propfind_done(Propfind *propfind)
{
        arena_done(&propfind->arena);
        propfind->n = 0;
}

static int add_name(XmlReader *reader, Propfind *ret)
{
        const char *space = xml_space(reader), *local = xml_local(reader);
        if (ret->n == PROPFIND_NAMES_MAX)
                return PROPFIND_E_MANY;
        DavName *name = &ret->names[ret->n];
        name->space = arena_copy(&ret->arena, space, strlen(space));
        name->local = arena_copy(&ret->arena, local, strlen(local));
        if (!name->space || !name->local)
                return -ENOMEM;
        ret->n++;
        return 0;
}

int propfind_read_prop(XmlReader *reader, Propfind *ret)
{
        int depth = xml_depth(reader), r;
        while ((r = xml_child(reader, depth)) == XML_CHILD) {
                r = add_name(reader, ret);
                if (r == 0)
                        r = data_request_read(reader, &ret->arena, &ret->data);
                if (r != 0)
                        return r;
        }
        return r;
}

/* The choices below propfind. */
static const struct {
        const char *local;
        PropfindKind kind;
} choices[] = { { "allprop", PROPFIND_ALL }, { "propname", PROPFIND_NAMES }, { "prop", PROPFIND_SOME } };

bool propfind_read_choice(XmlReader *reader, Propfind *ret, int *r)
{
        for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
                if (!xml_is(reader, XML_DAV, choices[i].local))
                        continue;
                ret->kind = choices[i].kind;
                *r = ret->kind == PROPFIND_SOME ? propfind_read_prop(reader, ret) : 0;
                return true;
        }
        return false;
}

/* The elements of a propfind that have been read. */
typedef struct Elements {
        unsigned choices; /* allprop, propname and prop */
        bool has_include;
} Elements;

static int read_child(XmlReader *reader, Propfind *ret, Elements *elements)
{
        int r = 0;
        if (xml_is(reader, XML_DAV, "include")) {
                elements->has_include = true;
                return propfind_read_prop(reader, ret);
        }
        elements->choices += propfind_read_choice(reader, ret, &r);
        return r;
}

static int read_content(XmlReader *reader, Propfind *ret)
{
        int depth = xml_depth(reader), r;
        Elements elements = { .choices = 0 };
        if (!xml_is(reader, XML_DAV, "propfind"))
                return XML_E_INVALID;
        while ((r = xml_child(reader, depth)) == XML_CHILD) {
                r = read_child(reader, ret, &elements);
                if (r != 0)
                        return r;
        }
        if (r == 0)
                r = xml_finish(reader);
        bool is_allowed = elements.choices == 1 && (!elements.has_include || ret->kind == PROPFIND_ALL);
        return r == 0 && !is_allowed ? XML_E_INVALID : r;
}

int propfind_read(const char *bytes, size_t len, Propfind *ret)
{
        CLEANUP(xml_reader_done) XmlReader reader = { .stream = NULL };
        *ret = (Propfind){ .kind = PROPFIND_ALL };
        if (len == 0)
                return 0;
        int r = xml_reader_init(&reader, bytes, len);
        if (r == 0)
                r = read_content(&reader, ret);
        return r == DATA_E_RANGE ? XML_E_INVALID : r;
}
