/* convene contact export: everything about a person as one JSON document. */

#include "cli/contact.h"
#include "cli/find.h"
#include "people/export.h"

#include <stdio.h>

int contact_export_action(Cli *cli)
{
        CLEANUP(object_record_freep) ObjectRecord *contact = NULL;
        CLEANUP(buffer_done) Buffer document = BUFFER_INIT(PEOPLE_EXPORT_MAX_BYTES);
        int r = find_contact(cli, cli->words[1], &contact);
        if (r != CLI_DONE)
                return r;
        r = people_export(cli->store, contact, &document);
        if (r != 0)
                return cli_refuse(cli, contact->uid, r);
        puts(buffer_text(&document));
        return CLI_DONE;
}
