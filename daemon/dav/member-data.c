#include "dav/member-data.h"

#include "dav/xml-text.h"

void member_data_write(const DavMember *member, const DataRequest *data, Buffer *out)
{
        (void)data;
        xml_text_write(out, member->text, member->len);
}
