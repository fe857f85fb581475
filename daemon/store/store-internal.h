#pragma once

/* Inside of store/ only: the connection, for the files that open it and that keep something with it. */

#include "store/mail-dictionary-internal.h"
#include "store/store.h"

struct Store {
        Db *db;
        ZoneTable *zones;
        MailPacker *packer;
        char *name;        /* in messages */
        char *link_secret; /* of the tokens; NULL until it is first needed */
        char explanation[512];
};

/** store_packer() - the connection's own, made with its first use; borrowed */
int store_packer(Store *store, MailPacker **ret);

/** store_explanation() - one sentence on a condition, without what the engine says of it */
const char *store_explanation(int condition);
