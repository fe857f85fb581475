#include "config/keys.h"

#include "config/config.h"
#include "config/forms.h"

#include <string.h>

#define DEFAULT_KINDS                                                                                       \
        "(\n"                                                                                               \
        "        { name = \"session\"; color = \"royalblue\";\n"                                            \
        "          title = { ru = \"Сессии\"; en = \"Sessions\"; };\n"                                \
        "          remind = [ \"-P7D@10:00\", \"-P1D@18:00\" ]; },\n"                                       \
        "        { name = \"exhibition\"; color = \"darkorange\";\n"                                        \
        "          title = { ru = \"Выставки\"; en = \"Exhibitions\"; };\n"                         \
        "          remind = [ \"-P14D@10:00\", \"-P1D@18:00\" ]; },\n"                                      \
        "        { name = \"site-visit\"; color = \"seagreen\";\n"                                          \
        "          title = { ru = \"Посещения площадок\"; en = \"Site visits\"; };\n"      \
        "          remind = [ \"-P3D@10:00\", \"-P1D@18:00\" ]; },\n"                                       \
        "        { name = \"meeting\"; color = \"mediumpurple\";\n"                                         \
        "          title = { ru = \"Встречи\"; en = \"Meetings\"; };\n"                              \
        "          remind = [ \"-P1D@18:00\", \"-PT2H\" ]; }\n"                                             \
        ")"

#define FIELD(field) .offset = offsetof(Config, field)
#define KIND(field)  .offset = offsetof(ConfigKind, field)

const Key config_keys[] = {
        {
                        .path = "store",
                        .type = KEY_STRING,
                        FIELD(store),
                        .fallback = "\"sqlite:/var/lib/convened/convened.db\"",
                        .check = form_store,
                        .allowed = "sqlite: and the absolute path of a file",
                        .at_start = true,
                        .help = "Where the events, the contacts and the ledger of the mails are kept.",
        },
        {
                        .path = "time_zone",
                        .type = KEY_ZONE,
                        FIELD(time_zone_name),
                        .companion = offsetof(Config, time_zone),
                        .fallback = "\"Europe/Moscow\"",
                        .allowed = "a time zone of this system like Europe/Moscow",
                        .help = "The zone of dates and of times that name none, and of contacts whose card "
                                "has no TZ.",
        },
        {
                        .path = "language",
                        .type = KEY_STRING,
                        FIELD(language),
                        .fallback = "\"ru\"",
                        .check = form_language,
                        .allowed = "ru or en",
                        .help = "The language of feeds, and of mails to contacts whose card has no LANG.",
        },
        {
                        .path = "http.listen",
                        .type = KEY_STRINGS,
                        FIELD(http.listen),
                        .companion = offsetof(Config, http.n_listen),
                        .fallback = "[ \"127.0.0.1:8080\" ]",
                        .check = form_listen,
                        .allowed = "an address and a port like 127.0.0.1:8080 or [::1]:8080, or unix: and "
                                   "an absolute path",
                        .at_start = true,
                        .help = "The addresses and ports to serve HTTP on; for other machines a proxy with "
                                "TLS stands before them.",
        },
        {
                        .path = "http.base_url",
                        .type = KEY_STRING,
                        FIELD(http.base_url),
                        .fallback = "\"http://127.0.0.1:8080\"",
                        .check = form_base_url,
                        .allowed = "http:// or https://, a host, perhaps a port and a path, no slash at the "
                                   "end",
                        .help = "How the outside reaches the daemon: what links in feeds and mails begin "
                                "with.",
        },
        {
                        .path = "http.trusted_proxies",
                        .type = KEY_STRINGS,
                        FIELD(http.trusted_proxies),
                        .companion = offsetof(Config, http.n_trusted_proxies),
                        .fallback = "[ ]",
                        .may_be_empty = true,
                        .check = form_network,
                        .allowed = "a network like 10.0.0.0/8 or an address",
                        .help = "Whose word counts on whom a request comes from (X-Forwarded-For), besides "
                                "that "
                                "of a proxy on a unix socket.",
        },
        {
                        .path = "http.status_from",
                        .type = KEY_STRINGS,
                        FIELD(http.status_from),
                        .companion = offsetof(Config, http.n_status_from),
                        .fallback = "[ \"127.0.0.0/8\", \"::1\" ]",
                        .may_be_empty = true,
                        .check = form_network,
                        .allowed = "a network like 10.0.0.0/8 or an address",
                        .help = "Who may read /health and /metrics, besides those who connect to a unix "
                                "socket "
                                "without a proxy.",
        },
        {
                        .path = "http.compress",
                        .type = KEY_BOOLEAN,
                        FIELD(http.compress),
                        .fallback = "true",
                        .help = "Whether feeds are kept compressed, too, for the clients that take gzip.",
        },
        {
                        .path = "http.threads",
                        .type = KEY_INTEGER,
                        FIELD(http.threads),
                        .fallback = "1",
                        .min = "1",
                        .max = "64",
                        .at_start = true,
                        .help = "How many threads serve HTTP; one serves tens of thousands of requests a "
                                "second.",
        },
        {
                        .path = "http.connections",
                        .type = KEY_INTEGER,
                        FIELD(http.connections),
                        .fallback = "4096",
                        .min = "1",
                        .max = "100000",
                        .at_start = true,
                        .help = "How many connections may be open at once, over all addresses.",
        },
        {
                        .path = "http.connections_per_address",
                        .type = KEY_INTEGER,
                        FIELD(http.connections_per_address),
                        .fallback = "256",
                        .min = "0",
                        .max = "100000",
                        .at_start = true,
                        .help = "How many of them one IPv4 address or one IPv6 /64 may have, trusted "
                                "proxies "
                                "apart; 0 for no limit.",
        },
        {
                        .path = "http.request_timeout",
                        .type = KEY_SPAN,
                        FIELD(http.request_timeout),
                        .fallback = "\"PT30S\"",
                        .min = "PT1S",
                        .max = "PT10M",
                        .at_start = true,
                        .help = "How long a request's header may take, the first one's with the TLS "
                                "handshake, and "
                                "again its body, however it trickles.",
        },
        {
                        .path = "http.idle_timeout",
                        .type = KEY_SPAN,
                        FIELD(http.idle_timeout),
                        .fallback = "\"PT75S\"",
                        .min = "PT1S",
                        .max = "PT1H",
                        .at_start = true,
                        .help = "After how long without a byte a connection is closed.",
        },
        {
                        .path = "http.tls",
                        .type = KEY_TLS,
                        FIELD(http.tls),
                        .fallback = "{ certificate = \"\"; key = \"\"; }",
                        .check = form_file,
                        .allowed = "an absolute path, ${CREDENTIALS_DIRECTORY}/NAME, or nothing",
                        .help = "The certificate, with its chain, and its key, in PEM form, of listeners on "
                                "TCP, "
                                "which speak plain HTTP without; both files are read again at each reload.",
        },
        {
                        .path = "mail.deliver",
                        .type = KEY_BOOLEAN,
                        FIELD(mail.deliver),
                        .fallback = "false",
                        .help = "Whether mails leave at all; while it is false the ledger is kept, and "
                                "nothing is sent.",
        },
        {
                        .path = "mail.url",
                        .type = KEY_STRING,
                        FIELD(mail.url),
                        .fallback = "\"smtp://127.0.0.1:25\"",
                        .check = form_smtp_url,
                        .allowed = "smtp:// or smtps://, a host and perhaps a port",
                        .help = "The mail server that takes the reminders.",
        },
        {
                        .path = "mail.from",
                        .type = KEY_STRING,
                        FIELD(mail.from),
                        .fallback = "\"reminders@example.org\"",
                        .check = form_mailbox,
                        .allowed = "an address in ASCII like name@example.org, or a name, in quotation "
                                   "marks if it "
                                   "has any of ()[]:;@, and <name@example.org>",
                        .help = "Who the reminders come from.",
        },
        {
                        .path = "mail.reply_to",
                        .type = KEY_STRING,
                        FIELD(mail.reply_to),
                        .fallback = "\"\"",
                        .check = form_mailbox_or_none,
                        .allowed = "an address in ASCII like name@example.org, or nothing",
                        .help = "Where answers go, when not to the sender.",
        },
        {
                        .path = "mail.username",
                        .type = KEY_STRING,
                        FIELD(mail.username),
                        .fallback = "\"\"",
                        .help = "The name to log in to the mail server with; empty for no login.",
        },
        {
                        .path = "mail.password_file",
                        .type = KEY_FILE,
                        FIELD(mail.password_file),
                        .fallback = "\"\"",
                        .check = form_file,
                        .allowed = "an absolute path, ${CREDENTIALS_DIRECTORY}/NAME, or nothing",
                        .help = "The file with the password; ${CREDENTIALS_DIRECTORY}/NAME is a credential "
                                "that systemd hands over.",
        },
        {
                        .path = "mail.ca_file",
                        .type = KEY_FILE,
                        FIELD(mail.ca_file),
                        .fallback = "\"\"",
                        .check = form_file,
                        .allowed = "an absolute path, ${CREDENTIALS_DIRECTORY}/NAME, or nothing",
                        .help = "The certificates, in PEM form, to know the mail server by; empty for the "
                                "system's.",
        },
        {
                        .path = "mail.starttls",
                        .type = KEY_BOOLEAN,
                        FIELD(mail.starttls),
                        .fallback = "true",
                        .help = "Whether an smtp:// server must turn to TLS; false only for one on this "
                                "machine and without a password.",
        },
        {
                        .path = "mail.connections",
                        .type = KEY_INTEGER,
                        FIELD(mail.connections),
                        .fallback = "4",
                        .min = "1",
                        .max = "64",
                        .help = "How many mails may be on their way at once.",
        },
        {
                        .path = "mail.rate",
                        .type = KEY_INTEGER,
                        FIELD(mail.rate),
                        .fallback = "600",
                        .min = "0",
                        .max = "1000000",
                        .help = "How many mails may go in a minute; 0 for no limit.",
        },
        {
                        .path = "mail.templates",
                        .type = KEY_FILE,
                        FIELD(mail.templates),
                        .fallback = "\"\"",
                        .check = form_file,
                        .allowed = "the absolute path of a directory, or nothing",
                        .help = "A directory with texts of one's own for reminders, KIND.LANGUAGE.txt; see "
                                "TEMPLATES.",
        },
        {
                        .path = "mail.late",
                        .type = KEY_STRING,
                        FIELD(mail.late),
                        .fallback = "\"send\"",
                        .check = form_late,
                        .allowed = "send or skip",
                        .help = "Whether the nearest reminder still goes when its moment had passed before "
                                "the "
                                "event was published or the contact subscribed.",
        },
        {
                        .path = "mail.reply_timeout",
                        .type = KEY_SPAN,
                        FIELD(mail.reply_timeout),
                        .fallback = "\"PT10M\"",
                        .min = "PT1S",
                        .max = "PT1H",
                        .help = "How long the mail server may take for one reply (RFC 5321, 4.5.3.2); after "
                                "the "
                                "end of a message it may well take minutes.",
        },
        {
                        .path = "mail.retry_unknown",
                        .type = KEY_SPAN,
                        FIELD(mail.retry_unknown),
                        .fallback = "\"PT15M\"",
                        .min = "PT1M",
                        .max = "P7D",
                        .help = "How long a mail waits, at least, whose acceptance by the server is not "
                                "known.",
        },
        {
                        .path = "kinds",
                        .type = KEY_KINDS,
                        FIELD(kinds),
                        .companion = offsetof(Config, n_kinds),
                        .fallback = DEFAULT_KINDS,
                        .help = "The kinds of events; who gives this key gives the whole list.",
        },
        {
                        .path = "kinds[].name",
                        .type = KEY_STRING,
                        KIND(name),
                        .required = true,
                        .check = form_kind_name,
                        .allowed = "a word of a-z, 0-9 and hyphens that is not all, calendar, event, "
                                   "private, mail, "
                                   "subscribe, sites, month, health, metrics or robots",
                        .help = "What CATEGORIES calls the kind; its feed is /NAME.ics.",
        },
        {
                        .path = "kinds[].title",
                        .type = KEY_TEXT,
                        KIND(title),
                        .help = "What people call the kind.",
        },
        {
                        .path = "kinds[].color",
                        .type = KEY_STRING,
                        KIND(color),
                        .check = form_color,
                        .allowed = "a colour's name in CSS3 like royalblue",
                        .help = "The colour of its events in calendars that show one.",
        },
        {
                        .path = "kinds[].remind",
                        .type = KEY_LEADS,
                        KIND(remind),
                        .companion = offsetof(ConfigKind, n_remind),
                        .allowed = "a lead like -P7D, -PT2H or -P1D@18:00",
                        .help = "How long before an event its reminders go out; -P1D@18:00 is the day "
                                "before at 18:00.",
        },
        {
                        .path = "signup.enabled",
                        .type = KEY_BOOLEAN,
                        FIELD(signup.enabled),
                        .fallback = "false",
                        .help = "Whether people may list themselves on the page /subscribe; needs "
                                "mail.deliver.",
        },
        {
                        .path = "signup.collection",
                        .type = KEY_STRING,
                        FIELD(signup.collection),
                        .fallback = "\"contacts\"",
                        .check = form_collection,
                        .allowed = "a word of a-z, 0-9 and hyphens",
                        .help = "The address book that their cards go into.",
        },
        {
                        .path = "signup.per_address",
                        .type = KEY_INTEGER,
                        FIELD(signup.per_address),
                        .fallback = "3",
                        .min = "1",
                        .max = "100",
                        .help = "How many mails that ask for a confirmation one address gets in a day.",
        },
        {
                        .path = "signup.per_network",
                        .type = KEY_INTEGER,
                        FIELD(signup.per_network),
                        .fallback = "20",
                        .min = "1",
                        .max = "100000",
                        .help = "How many of them may be asked for in a day from one network, a /24 of IPv4 "
                                "or a /56 of IPv6.",
        },
        {
                        .path = "signup.expires",
                        .type = KEY_SPAN,
                        FIELD(signup.expires),
                        .fallback = "\"P2D\"",
                        .min = "PT10M",
                        .max = "P30D",
                        .help = "How long the link in such a mail is good.",
        },
        {
                        .path = "bounces.address",
                        .type = KEY_STRING,
                        FIELD(bounces.address),
                        .fallback = "\"\"",
                        .check = form_bounce_address,
                        .allowed = "an address in ASCII with at most 27 characters before the @, or nothing",
                        .help = "Where mails that cannot be delivered come back to: each goes out with a "
                                "tag "
                                "before the @, bounces+TAG@example.org; empty for the sender, untagged.",
        },
        {
                        .path = "bounces.soft_days",
                        .type = KEY_INTEGER,
                        FIELD(bounces.soft_days),
                        .fallback = "5",
                        .min = "2",
                        .max = "365",
                        .help = "On how many different days mail to a contact may come back for a passing "
                                "reason before nothing goes any more.",
        },
        {
                        .path = "bounces.soft_period",
                        .type = KEY_SPAN,
                        FIELD(bounces.soft_period),
                        .fallback = "\"P30D\"",
                        .min = "P1D",
                        .max = "P365D",
                        .help = "How long such a day counts.",
        },
        {
                        .path = "bounces.mailbox",
                        .type = KEY_STRING,
                        FIELD(bounces.mailbox),
                        .fallback = "\"\"",
                        .check = form_mailbox_url,
                        .allowed = "imaps://HOST/FOLDER, imap://HOST/FOLDER, pop3s://HOST, pop3://HOST, "
                                   "maildir:/PATH, or nothing",
                        .help = "The mailbox that they are read from, see BOUNCES; empty for none.",
        },
        {
                        .path = "bounces.username",
                        .type = KEY_STRING,
                        FIELD(bounces.username),
                        .fallback = "\"\"",
                        .help = "The name to log in to the mailbox's server with.",
        },
        {
                        .path = "bounces.password_file",
                        .type = KEY_FILE,
                        FIELD(bounces.password_file),
                        .fallback = "\"\"",
                        .check = form_file,
                        .allowed = "an absolute path, ${CREDENTIALS_DIRECTORY}/NAME, or nothing",
                        .help = "The file with the password to it; ${CREDENTIALS_DIRECTORY}/NAME is a "
                                "credential that systemd hands over.",
        },
        {
                        .path = "bounces.ca_file",
                        .type = KEY_FILE,
                        FIELD(bounces.ca_file),
                        .fallback = "\"\"",
                        .check = form_file,
                        .allowed = "an absolute path, ${CREDENTIALS_DIRECTORY}/NAME, or nothing",
                        .help = "The certificates, in PEM form, to know that server by; empty for the "
                                "system's.",
        },
        {
                        .path = "bounces.starttls",
                        .type = KEY_BOOLEAN,
                        FIELD(bounces.starttls),
                        .fallback = "true",
                        .help = "Whether an imap:// or pop3:// server must turn to TLS; false only for one "
                                "on this machine.",
        },
        {
                        .path = "bounces.interval",
                        .type = KEY_SPAN,
                        FIELD(bounces.interval),
                        .fallback = "\"PT5M\"",
                        .min = "PT1S",
                        .max = "P1D",
                        .help = "How long after a look into the mailbox the next one follows.",
        },
        {
                        .path = "feed.past",
                        .type = KEY_WINDOW,
                        FIELD(feed.past),
                        .fallback = "\"P20Y\"",
                        .min = "P0D",
                        .max = "P100Y",
                        .help = "How far back feeds reach.",
        },
        {
                        .path = "feed.future",
                        .type = KEY_WINDOW,
                        FIELD(feed.future),
                        .fallback = "\"P5Y\"",
                        .min = "P1D",
                        .max = "P100Y",
                        .help = "How far ahead feeds reach.",
        },
        {
                        .path = "feed.refresh",
                        .type = KEY_SPAN_TEXT,
                        FIELD(feed.refresh),
                        .fallback = "\"PT1H\"",
                        .min = "PT1M",
                        .max = "P30D",
                        .help = "How often calendar clients are asked to look for changes.",
        },
        {
                        .path = "feed.max_age",
                        .type = KEY_SPAN,
                        FIELD(feed.max_age),
                        .fallback = "\"PT15M\"",
                        .min = "PT0S",
                        .max = "P30D",
                        .help = "How long caches may hand out a feed without asking.",
        },
        {
                        .path = "feed.title",
                        .type = KEY_TEXT,
                        FIELD(feed.title),
                        .fallback = "{ ru = \"Календарь мероприятий\"; en = \"Calendar of events\"; }",
                        .help = "The name of the calendar of all events, /all.ics.",
        },
        {
                        .path = "feed.description",
                        .type = KEY_TEXT,
                        FIELD(feed.description),
                        .fallback = "{ ru = \"Сессии, выставки, посещения площадок и встречи\";\n"
                                    "                        en = \"Sessions, exhibitions, site visits and "
                                    "meetings\"; }",
                        .help = "What that calendar says of itself.",
        },
        {
                        .path = "log.addresses",
                        .type = KEY_BOOLEAN,
                        FIELD(log.addresses),
                        .fallback = "false",
                        .help = "Whether the journal names contacts by their addresses, too, and not only "
                                "by their cards' UIDs.",
        },
};

const size_t n_config_keys = sizeof(config_keys) / sizeof(config_keys[0]);

const KeySection config_sections[] = {
        { "http", "The web server." },
        { "mail", "The way out for reminders." },
        { "signup", "Subscribing by oneself." },
        { "bounces", "Mails that come back." },
        { "feed", "The feeds." },
        { "log", "The journal." },
};

const size_t n_config_sections = sizeof(config_sections) / sizeof(config_sections[0]);

const char *config_key_in(const Key *key, const char *section)
{
        size_t len = strlen(section);
        if (strncmp(key->path, section, len) != 0)
                return NULL;
        const char *name = key->path + len;
        return strpbrk(name, ".[") ? NULL : name;
}
