/* convene contact: people from a table, and what the office does with one contact. */

#include "cli/contact.h"

const CliOption contact_options[] = {
        { "dry-run", NULL, HELP_CONTACT_DRY_RUN },
        { "list-for", "EVENT", HELP_CONTACT_LIST_FOR },
        { "column", "COLUMN=FIELD", HELP_CONTACT_COLUMN },
        { "doubles", "ask|update|add|skip", HELP_CONTACT_DOUBLES },
        { "charset", "NAME", HELP_CONTACT_CHARSET },
        { "json", NULL, HELP_JSON },
        { NULL, NULL, 0 },
};

const CliAction contact_actions[] = {
        { "import", "FILE", 1, 1, contact_import_action },
        { "export", "CONTACT", 1, 1, contact_export_action },
        { "erase", "CONTACT", 1, 1, contact_erase_action },
        { "merge", "CONTACT CONTACT", 2, 2, contact_merge_action },
        { "restore", "CONTACT", 1, 1, contact_restore_action },
        { NULL, NULL, 0, 0, NULL },
};
