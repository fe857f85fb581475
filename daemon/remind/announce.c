#include "remind/announce.h"

#include "base/array.h"
#include "base/language.h"
#include "remind/consent.h"
#include "remind/reader.h"
#include "store/announcement-due.h"
#include "store/object.h"
#include "store/optout.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int find_kind(const char *kind, void *userdata)
{
        const char **wanted = userdata;
        if (strcmp(*wanted, kind) == 0)
                *wanted = NULL;
        return 0;
}

/* Whether a contact has muted the kind of an announcement. */
static int has_muted(Store *store, const Announcement *announcement, int64_t contact, bool *ret)
{
        const char *wanted = announcement->target;
        int r = announcement->scope == ANNOUNCE_KIND ? mute_kind_each(store, contact, find_kind, &wanted)
                                                     : 0;
        *ret = !wanted;
        return r;
}

int announce_why_not(Store *store, const Announcement *announcement, int64_t contact, const Card *card,
                MailReason *ret)
{
        bool is_listed = false, is_muted = false;
        const char *event = announcement->scope == ANNOUNCE_EVENT ? announcement->target : "";
        int r = consent_why_not(store, contact, card, event, ret);
        if (r != 0 || *ret)
                return r;
        r = announcement_is_listed(store, announcement->scope, announcement->target, contact, &is_listed);
        if (r == 0)
                r = has_muted(store, announcement, contact, &is_muted);
        if (r == 0)
                *ret = !is_listed ? MAIL_REASON_NOT_LISTED
                       : is_muted ? MAIL_REASON_KIND_MUTED
                                  : MAIL_REASON_NONE;
        return r;
}

const AnnouncementText *announce_text(const Announcement *announcement, const Card *card)
{
        const char *language = language_tag(language_of(card_language(card)));
        for (size_t i = 0; i < announcement->n_texts; i++)
                if (strcasecmp(announcement->texts[i].language, language) == 0)
                        return &announcement->texts[i];
        return &announcement->texts[0];
}

void announce_recipients_done(AnnounceRecipients *recipients)
{
        free(recipients->contacts);
}

typedef struct Finding {
        Store *store;
        const Announcement *announcement;
        const char *collections;
        AnnounceRecipients *found;
} Finding;

static int append(AnnounceRecipients *found, int64_t contact)
{
        int64_t *contacts = array_grow(found->contacts, found->n, sizeof(*contacts));
        if (!contacts)
                return -ENOMEM;
        found->contacts = contacts;
        found->contacts[found->n++] = contact;
        return 0;
}

static int on_contact(int64_t contact, void *userdata)
{
        const Finding *finding = userdata;
        CLEANUP(reader_done) Reader reader = { 0 };
        MailReason reason = MAIL_REASON_NONE;
        int r = reader_load(finding->store, contact, &reader);
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        if (!collection_is_listed(finding->collections, reader.record->collection))
                return 0;
        r = announce_why_not(finding->store, finding->announcement, contact, reader.card, &reason);
        if (r != 0)
                return r;
        if (reason) {
                finding->found->n_reasons[reason]++;
                return 0;
        }
        finding->found->n_texts[announce_text(finding->announcement, reader.card) -
                                finding->announcement->texts]++;
        return append(finding->found, contact);
}

static int compare_ids(const void *a, const void *b)
{
        int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
        return (left > right) - (left < right);
}

static int find_chosen(Finding *finding, const int64_t *chosen, size_t n)
{
        CLEANUP(cleanup_free) int64_t *sorted = calloc(n + 1, sizeof(*sorted));
        int r = sorted ? 0 : -ENOMEM;
        if (r != 0)
                return r;
        for (size_t i = 0; i < n; i++)
                sorted[i] = chosen[i];
        qsort(sorted, n, sizeof(*sorted), compare_ids);
        for (size_t i = 0; r == 0 && i < n; i++)
                if (i == 0 || sorted[i] != sorted[i - 1])
                        r = on_contact(sorted[i], finding);
        return r;
}

int announce_find(Store *store, const Announcement *announcement, const char *collections,
                const int64_t *chosen, size_t n_chosen, AnnounceRecipients *ret)
{
        Finding finding = { store, announcement, collections, ret };
        *ret = (AnnounceRecipients){ 0 };
        return announcement->scope == ANNOUNCE_CHOSEN
                               ? find_chosen(&finding, chosen, n_chosen)
                               : announcement_listed_each(store, announcement->scope, announcement->target,
                                                 on_contact, &finding);
}

int announce_send(Store *store, const Announcement *announcement, const AnnounceRecipients *recipients,
                usec_t now, char ret_uid[static TOKEN_SIZE])
{
        int r = announcement_add(store, announcement, now, ret_uid);
        return r == 0 ? announcement_due_add(store, ret_uid, recipients->contacts, recipients->n) : r;
}
