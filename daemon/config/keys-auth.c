/* The keys of accounts: how people sign in, and whether their programs invite others. */

#include "config/config.h"
#include "config/forms.h"
#include "config/keys.h"

#define FIELD(field) .offset = offsetof(Config, field)

static const Key auth_keys[] = {
        {
                        .path = "auth.realm",
                        .type = KEY_STRING,
                        FIELD(auth.realm),
                        .fallback = "\"convened\"",
                        .check = form_realm,
                        .allowed = "1 to 64 printable characters of ASCII without quotation marks and backslashes",
                        .at_start = true,
                        .help = "The name under which programs ask for a password; one that they have kept is asked for again when it changes.",
        },
        {
                        .path = "auth.remember",
                        .type = KEY_SPAN,
                        FIELD(auth.remember),
                        .fallback = "\"PT5M\"",
                        .min = "PT0S",
                        .max = "PT1H",
                        .at_start = true,
                        .help = "How long a verified password is not checked again; a change of a password, an app password or an account is noticed at once all the same.",
        },
        {
                        .path = "auth.failures",
                        .type = KEY_INTEGER,
                        FIELD(auth.failures),
                        .fallback = "5",
                        .min = "1",
                        .max = "1000",
                        .at_start = true,
                        .help = "How many wrong passwords one IPv4 address or one IPv6 /56 may send before it must wait, a second first and twice as long after each further one; an account bears twice as many, from everywhere.",
        },
        {
                        .path = "auth.failure_wait",
                        .type = KEY_SPAN,
                        FIELD(auth.failure_wait),
                        .fallback = "\"PT15M\"",
                        .min = "PT1S",
                        .max = "P1D",
                        .at_start = true,
                        .help = "The longest such wait of an address; that of an account is a minute at most; app passwords and remembered passwords need not wait.",
        },
        {
                        .path = "auth.proxy_header",
                        .type = KEY_STRING,
                        FIELD(auth.proxy_header),
                        .fallback = "\"\"",
                        .check = form_field_name_or_none,
                        .allowed = "the name of a header field like X-Remote-User, or nothing",
                        .at_start = true,
                        .help = "The header field in which a proxy on a unix socket names the account that it has verified; such a proxy must remove the field from what clients send.",
        },
        {
                        .path = "auth.basic_without_tls",
                        .type = KEY_BOOLEAN,
                        FIELD(auth.basic_without_tls),
                        .fallback = "false",
                        .at_start = true,
                        .help = "Whether passwords are taken also where others on the network can read them; a proxy with TLS sends X-Forwarded-Proto instead.",
        },
        {
                        .path = "auth.command_socket",
                        .type = KEY_STRING,
                        FIELD(auth.command_socket),
                        .fallback = "\"/run/convened-command.sock\"",
                        .check = form_path_or_none,
                        .allowed = "an absolute path, or nothing",
                        .help = "The socket of convened-command.socket, to which convene hands the commands of users who may not write the store; accounts with the users' names say what they may do.",
        },
};

const KeySection config_section_auth = { "auth", "Accounts and passwords.", auth_keys,
        sizeof(auth_keys) / sizeof(auth_keys[0]) };

static const Key scheduling_keys[] = {
        {
                        .path = "scheduling.automatic",
                        .type = KEY_BOOLEAN,
                        FIELD(scheduling.automatic),
                        .fallback = "true",
                        .help = "Whether a calendar program that writes a meeting thereby invites its participants, moves or cancels it (RFC 6638); only while mail.deliver is true.",
        },
};

const KeySection config_section_scheduling = { "scheduling", "Invitations from calendar programs.",
        scheduling_keys, sizeof(scheduling_keys) / sizeof(scheduling_keys[0]) };
