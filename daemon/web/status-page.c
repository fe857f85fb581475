#include "web/status-page.h"

#include "base/health.h"
#include "base/network.h"
#include "http/reply.h"
#include "store/digest-index.h"
#include "store/due-index.h"
#include "store/hold.h"
#include "store/ledger.h"
#include "store/meeting.h"
#include "store/object.h"
#include "store/suppression.h"
#include "web/site.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { STATUS_BYTES = 16384, FORBIDDEN = 403, UNAVAILABLE = 503 };

/* Whether the client may read the status. A client whose address is unknown, behind a proxy, may not. */
static bool may_ask(HttpRequest *request, Site *site)
{
        CLEANUP(config_unrefp) Config *config = site_config(site);
        Address client;
        if (!http_request_client(request, &client))
                return false;
        if (client.family == AF_UNIX)
                return true;
        for (size_t i = 0; i < config->http.n_status_from; i++) {
                Network network;
                if (network_parse(config->http.status_from[i], &network) == 0 &&
                                network_has(&network, &client))
                        return true;
        }
        return false;
}

static void on_part(const char *name, bool well, void *userdata)
{
        buffer_printf(userdata, "\"%s\": %s, ", name, well ? "true" : "false");
}

/* Reads the time of the last check of the store and the number of its faults; zeros if there was none. */
static int last_check(Store *store, usec_t *ret_when, long *ret_faults)
{
        CLEANUP(cleanup_free) char *text = NULL;
        char *end;
        int r = store_meta_get(store, META_LAST_CHECK, &text);
        *ret_when = 0;
        *ret_faults = 0;
        if (r != 0 || !text)
                return r;
        *ret_when = strtoll(text, &end, 10);
        *ret_faults = strtol(end, NULL, 10);
        return 0;
}

/* Whether no mail is late, if mails are sent at all, and the due index has all upcoming events. */
static bool is_on_time(Site *site, Store *store)
{
        CLEANUP(config_unrefp) Config *config = site_config(site);
        usec_t now = site_now(site);
        int64_t n_late = 0, n_missing = 0;
        int r = due_index_missing(store, now, &n_missing);
        if (r == 0 && config->mail.deliver)
                r = ledger_late_count(store, now - LEDGER_LATE_SECONDS * USEC_PER_SEC, now, &n_late);
        return r == 0 && n_late == 0 && n_missing == 0;
}

/* Whether the mail server accepts the mails of this sender, judged by the deliveries in the ledger. */
static bool relay_accepts(Site *site, Store *store)
{
        CLEANUP(config_unrefp) Config *config = site_config(site);
        LedgerTrouble trouble = { .n = 0 };
        return !config->mail.deliver ||
               (ledger_trouble(store, site_now(site), &trouble) == 0 && trouble.n == 0);
}

static bool holds_mails(Store *store)
{
        MarkAge why = MARK_CURRENT;
        return hold_reason(store, &why) == 0 && why != MARK_CURRENT;
}

static void ask_store(Site *site, Buffer *out, bool *all)
{
        CLEANUP(store_closep) Store *store = NULL;
        usec_t when;
        long faults = 0;
        bool readable = site_open_store(site, STORE_READ_ONLY, &store) == 0 &&
                        last_check(store, &when, &faults) == 0;
        on_part("store", readable, out);
        bool moves = readable && is_on_time(site, store);
        on_part("check", faults == 0, out);
        bool current = readable && !holds_mails(store);
        on_part("movement", moves, out);
        on_part("current", current, out);
        bool relays = readable && relay_accepts(site, store);
        on_part("relay", relays, out);
        *all = *all && readable && faults == 0 && moves && current && relays;
}

int status_page_on_health(HttpRequest *request, const char *rest, void *userdata)
{
        (void)rest;
        Site *site = userdata;
        Health *health = site_health(site);
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(STATUS_BYTES);
        if (!may_ask(request, site))
                return http_reply_error(request, FORBIDDEN, NULL);
        int r = http_request_defer(request, HTTP_WORK_WAITS, 0);
        if (r != 0)
                return r;
        buffer_puts(&out, "{ ");
        bool all = health && health_ask(health, clock_monotonic(), on_part, &out);
        ask_store(site, &out, &all);
        buffer_printf(&out, "\"well\": %s }\n", all ? "true" : "false");
        if (buffer_error(&out) < 0)
                return buffer_error(&out);
        return http_reply_page(request, all ? 200 : UNAVAILABLE, "application/json", out.data, out.len);
}

static void write_help(Buffer *out, const char *name, const char *type, const char *help)
{
        buffer_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void write_number(Buffer *out, const char *name, const char *type, const char *help, double value)
{
        write_help(out, name, type, help);
        buffer_printf(out, "%s %.17g\n", name, value);
}

static double seconds(usec_t time)
{
        return (double)time / (double)USEC_PER_SEC;
}

static void write_connections(const HttpRequest *request, Buffer *out)
{
        HttpConnections connections = http_request_connections(request);
        const struct {
                const char *reason;
                uint64_t n;
        } lost[] = {
                { "share", connections.refused_share },
                { "full", connections.refused_full },
                { "slow", connections.cut_slow },
                { "scarce", connections.cut_scarce },
        };
        write_number(out, "convened_http_connections", "gauge", "Connections that are open.",
                        (double)connections.open);
        write_help(out, "convened_http_connections_lost_total", "counter",
                        "Connections that were refused (their address's share, all in use) or ended (too slow, idle when connections were scarce).");
        for (size_t i = 0; i < sizeof(lost) / sizeof(lost[0]); i++)
                buffer_printf(out, "convened_http_connections_lost_total{reason=\"%s\"} %" PRIu64 "\n",
                                lost[i].reason, lost[i].n);
}

static void write_requests(HttpRequest *request, Site *site, Buffer *out)
{
        write_help(out, "convened_http_requests_total", "counter", "Replies, by status.");
        for (int status = HTTP_STATUS_MIN; status < HTTP_STATUS_MAX; status++) {
                uint64_t n = http_request_total(request, status);
                if (n > 0)
                        buffer_printf(out, "convened_http_requests_total{status=\"%d\"} %" PRIu64 "\n",
                                        status, n);
        }
        write_connections(request, out);
        write_number(out, "convened_http_pages_refused_total", "counter",
                        "Pages that were refused because their network had used its processor time.",
                        (double)http_request_over_budget(request));
        write_number(out, "convened_feeds_served_total", "counter", "Feeds that were sent.",
                        (double)site_feeds_served(site, false));
        write_number(out, "convened_feeds_not_modified_total", "counter",
                        "Feeds that the asker had already.", (double)site_feeds_served(site, true));
}

/* Writes a value with a state as its label, in lower case. */
static void write_state(Buffer *out, const char *metric, const char *state, int64_t value)
{
        char name[16];
        size_t i = 0;
        for (const char *c = state; *c && i + 1 < sizeof(name); c++)
                name[i++] = (char)tolower((unsigned char)*c);
        name[i] = '\0';
        buffer_printf(out, "%s{state=\"%s\"} %" PRId64 "\n", metric, name, value);
}

static int write_mails(Store *store, Buffer *out)
{
        int64_t counts[MAIL_PARKED + 1];
        int r = ledger_counts(store, counts);
        if (r != 0)
                return r;
        write_help(out, "convened_mails", "gauge", "Mails of the ledger, by state.");
        for (int state = MAIL_PENDING; state <= MAIL_PARKED; state++)
                write_state(out, "convened_mails", mail_state_name((MailState)state), counts[state]);
        return 0;
}

static int write_meetings(Site *site, Store *store, Buffer *out)
{
        int64_t counts[MEETING_EXPIRED + 1];
        int r = meeting_counts(store, counts);
        if (r != 0)
                return r;
        write_help(out, "convened_meetings", "gauge",
                        "Meetings in the store, by state: held, asked and proposed ones keep a time; booked, declined, cancelled, expired.");
        for (int state = MEETING_HELD; state <= MEETING_EXPIRED; state++)
                write_state(out, "convened_meetings", meeting_state_name((MeetingState)state),
                                counts[state]);
        write_number(out, "convened_meeting_conflicts_total", "counter",
                        "Meetings that were refused on a page because their time was taken.",
                        (double)site_conflicts(site));
        return 0;
}

static int write_bounces(Store *store, Buffer *out)
{
        int64_t n_suppressed = 0, n_soft = 0;
        int r = suppression_count(store, &n_suppressed, &n_soft);
        if (r != 0)
                return r;
        write_number(out, "convened_contacts_undeliverable", "gauge",
                        "Contacts that are not mailed because mail to them comes back.",
                        (double)n_suppressed);
        write_number(out, "convened_contacts_soft_bounced", "gauge",
                        "Contacts from whom mail came back for a passing reason.", (double)n_soft);
        return 0;
}

/* Writes a time as a metric; nothing if it is not set. */
static void write_moment(Buffer *out, const char *name, const char *help, usec_t time)
{
        if (time > 0 && time < USEC_INFINITY)
                write_number(out, name, "gauge", help, seconds(time));
}

static int write_moments(Store *store, Buffer *out)
{
        usec_t oldest = USEC_INFINITY, alarm = USEC_INFINITY, digest = USEC_INFINITY, sent = 0, checked = 0;
        long faults = 0;
        int r = ledger_oldest_due(store, &oldest);
        if (r == 0)
                r = due_index_next(store, &alarm);
        if (r == 0)
                r = digest_index_next(store, &digest);
        if (r == 0)
                r = ledger_last_sent(store, &sent);
        if (r == 0)
                r = last_check(store, &checked, &faults);
        write_moment(out, "convened_mail_oldest_due_timestamp_seconds",
                        "When the open mail that waits longest was due.", oldest);
        write_moment(out, "convened_reminders_next_timestamp_seconds",
                        "When the next reminder is worked out.", alarm < digest ? alarm : digest);
        write_moment(out, "convened_mail_last_success_timestamp_seconds", "When a mail was last delivered.",
                        sent);
        write_moment(out, "convened_check_timestamp_seconds", "When the store was last checked.", checked);
        write_number(out, "convened_check_faults", "gauge", "What the last check has found.",
                        (double)faults);
        return r;
}

/*
 * Writes whether the last reading of the mailbox succeeded, and the time of the last success; nothing
 * without a mailbox.
 */
static int write_mailbox(Site *site, Store *store, Buffer *out)
{
        CLEANUP(config_unrefp) Config *config = site_config(site);
        CLEANUP(cleanup_free) char *text = NULL;
        char *error;
        int r = config->bounces.mailbox[0] ? store_meta_get(store, META_MAILBOX, &text) : 0;
        if (r != 0 || !text)
                return r;
        usec_t looked = strtoll(text, &error, 10);
        write_moment(out, "convened_mailbox_last_success_timestamp_seconds",
                        "When the mailbox for bounces was last read.", looked);
        write_number(out, "convened_mailbox_readable", "gauge",
                        "Whether the mailbox for bounces could be read when it was last tried.",
                        strspn(error, " ") == strlen(error));
        return 0;
}

static int write_hold(Store *store, Buffer *out)
{
        MarkAge why = MARK_CURRENT;
        int r = hold_reason(store, &why);
        if (r == 0)
                write_number(out, "convened_mails_held", "gauge",
                                "Whether no mail is sent because an older store was put back.",
                                why != MARK_CURRENT);
        return r;
}

static int write_store(Site *site, Buffer *out)
{
        CLEANUP(store_closep) Store *store = NULL;
        int64_t events = 0, bytes = 0;
        int r = site_open_store(site, STORE_READ_ONLY, &store);
        if (r == 0)
                r = object_count(store, OBJECT_EVENT, &events);
        if (r == 0)
                write_number(out, "convened_events", "gauge", "Events in the store.", (double)events);
        if (r == 0)
                r = write_mails(store, out);
        if (r == 0)
                r = write_bounces(store, out);
        if (r == 0)
                r = write_meetings(site, store, out);
        if (r == 0)
                r = write_hold(store, out);
        if (r == 0)
                r = write_moments(store, out);
        if (r == 0)
                r = write_mailbox(site, store, out);
        if (r == 0)
                r = store_bytes(store, &bytes);
        if (r == 0)
                write_number(out, "convened_store_bytes", "gauge", "Size of the store with its log.",
                                (double)bytes);
        return r;
}

int status_page_on_metrics(HttpRequest *request, const char *rest, void *userdata)
{
        (void)rest;
        Site *site = userdata;
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(STATUS_BYTES);
        if (!may_ask(request, site))
                return http_reply_error(request, FORBIDDEN, NULL);
        int r = http_request_defer(request, HTTP_WORK_WAITS, 0);
        if (r != 0)
                return r;
        write_help(&out, "convened_build_info", "gauge", "The program's version.");
        buffer_puts(&out, "convened_build_info{version=\"" VERSION "\"} 1\n");
        write_requests(request, site, &out);
        write_moment(&out, "convened_certificate_expires_timestamp_seconds",
                        "When the certificate expires that http.tls shows.",
                        http_request_certificate_expires(request));
        int readable = write_store(site, &out);
        write_number(&out, "convened_store_readable", "gauge", "Whether the store could be read just now.",
                        readable == 0);
        if (buffer_error(&out) < 0)
                return buffer_error(&out);
        return http_reply_page(request, 200, "text/plain; version=0.0.4; charset=utf-8", out.data, out.len);
}
