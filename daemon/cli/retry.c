#include "cli/retry.h"

#include "cli/find.h"
#include "store/ledger.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_number(const char *word)
{
        return word[0] && word[strspn(word, "0123456789")] == '\0';
}

/* @ret->uid: borrows from @word */
static int read_filter(Cli *cli, const char *word, LedgerFilter *ret)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        if (is_number(word)) {
                ret->id = strtoll(word, NULL, 10);
                return CLI_DONE;
        }
        int r = object_find(cli->store, word, &record);
        if (r == 0 && record->kind != OBJECT_CARD) {
                ret->uid = word;
                return CLI_DONE;
        }
        record = object_record_free(record);
        int code = find_contact(cli, word, &record);
        if (code == CLI_DONE)
                ret->contact = record->id;
        return code;
}

/* When META_RETRY changes, a running daemon forgets the failures of its circuit breaker. */
static int release(Store *store, const LedgerFilter *filter, usec_t now, int64_t *ret_n)
{
        char mark[24];
        snprintf(mark, sizeof(mark), "%" PRId64, now);
        int r = ledger_release(store, filter, now, ret_n);
        return r == 0 ? store_meta_set(store, META_RETRY, mark) : r;
}

/* Opens the store once more for writing: `convene outbox` has opened cli->store only for reading. */
static int write_release(Cli *cli, const LedgerFilter *filter, int64_t *ret_n)
{
        CLEANUP(store_closep) Store *store = NULL;
        StoreWrite write;
        InputError error;
        int r = store_open(cli->config->store, STORE_WRITE, cli->zones, &store, &error);
        if (r != 0)
                return r;
        store_set_patience(store, CLI_PATIENCE_SECONDS * USEC_PER_SEC);
        r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, release(store, filter, clock_now(&cli->clock), ret_n));
}

int cli_retry(Cli *cli, const char *filter)
{
        LedgerFilter wanted = { .id = 0 };
        int64_t n = 0;
        int code = filter ? read_filter(cli, filter, &wanted) : CLI_DONE;
        if (code != CLI_DONE)
                return code;
        int r = write_release(cli, &wanted, &n);
        if (r != 0)
                return cli_refuse(cli, "outbox", r);
        cli_print(cli, cli->strings->retried, TEXT_ARGUMENTS({ "n", NULL, n }));
        return CLI_DONE;
}
