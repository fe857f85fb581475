#include "remind/desk.h"

#include "base/log.h"
#include "remind/password.h"

#include <string.h>

static int read_password(const Config *config, char **ret)
{
        int r = password_read(config->mail.password_file, ret);
        if (r < 0)
                log_kind(JOURNAL_CONFIG_REFUSED, NULL, "the password file %s cannot be read: %s",
                                config->mail.password_file, strerror(-r));
        return r;
}

static int open_smtp(const Config *config, Smtp **ret)
{
        CLEANUP(password_forget) char *password = NULL;
        int r = read_password(config, &password);
        SmtpOptions options = {
                .url = config->mail.url,
                .username = config->mail.username,
                .password = password,
                .ca_file = config->mail.ca_file,
                .starttls = config->mail.starttls,
                .reply_timeout = config->mail.reply_timeout,
        };
        return r < 0 ? r : smtp_new(&options, ret);
}

void desk_done(Desk *desk)
{
        smtp_free(desk->smtp);
        config_unref(desk->config);
        *desk = (Desk){ 0 };
}

int desk_open(Desk *desk, Config *config)
{
        if (desk->config == config)
                return 0;
        desk_done(desk);
        int r = open_smtp(config, &desk->smtp);
        if (r == 0)
                desk->config = config_ref(config);
        return r;
}

int desk_check(const Config *config)
{
        CLEANUP(password_forget) char *password = NULL;
        return read_password(config, &password);
}
