#include "dav/collection-title.h"

#include "base/text.h"
#include "dav/strings.h"
#include "dav/xml-reader.h"
#include "store/property.h"

#include <string.h>

void collection_title_default(const Collection *collection, bool is_drafts, Language language, Buffer *out)
{
        const DavStrings *strings = dav_strings(language);
        if (is_drafts) {
                (void)text_message(out, language_tag(language), strings->drafts,
                                TEXT_ARGUMENTS({ "name", collection->name, 0 }));
                return;
        }
        buffer_puts(out, collection->scheduling == COLLECTION_HOST            ? strings->meetings
                         : collection->components == COLLECTION_VAVAILABILITY ? strings->offers
                         : collection->segment[0]                             ? collection->segment
                                                                              : collection->name);
}

/* Appends the text of a displayname that has one. A value that cannot be read counts as not set. */
static int take_name(const StoredProperty *property, void *userdata)
{
        CLEANUP(xml_reader_done) XmlReader reader = { .stream = NULL };
        const char *text;
        if (strcmp(property->space, XML_DAV) != 0 || strcmp(property->name, "displayname") != 0)
                return 0;
        int r = xml_reader_init(&reader, property->value, strlen(property->value));
        if (r == 0)
                r = xml_text(&reader, &text);
        if (r == 0)
                buffer_puts(userdata, text);
        return r > 0 ? 0 : r;
}

int collection_title(Store *store, const char *login, const Collection *collection, const char *segment,
                Language language, Buffer *out)
{
        const PropertyOwner owner = { segment ? segment : collection->name, "", login };
        size_t before = out->len;
        int r = property_each_stored(store, &owner, take_name, out);
        if (r == 0 && out->len == before)
                collection_title_default(collection, segment != NULL, language, out);
        return r;
}
