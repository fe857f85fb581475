#include "outbox/connection.h"

#include "base/log.h"
#include "base/secret.h"

#include <string.h>

static int read_password(const Config *config, char **ret)
{
        int r = secret_read(config->mail.password_file, ret);
        if (r < 0)
                log_kind(JOURNAL_CONFIG_REFUSED, NULL, "the password file %s cannot be read: %s",
                                config->mail.password_file, strerror(-r));
        return r;
}

int connection_smtp_new(const Config *config, SmtpDialogue on_dialogue, void *userdata, Smtp **ret)
{
        *ret = NULL;
        CLEANUP(secret_forget) char *password = NULL;
        int r = read_password(config, &password);
        SmtpOptions options = {
                .url = config->mail.url,
                .username = config->mail.username,
                .password = password,
                .token_file = config->mail.token_file,
                .token_command = config->mail.token_command,
                .ca_file = config->mail.ca_file,
                .hello = config->mail.helo,
                .starttls = config->mail.starttls,
                .reply_timeout = config->mail.reply_timeout,
                .on_dialogue = on_dialogue,
                .dialogue_userdata = userdata,
        };
        return r < 0 ? r : smtp_new(&options, ret);
}

void connection_done(Connection *connection)
{
        smtp_free(connection->smtp);
        config_unref(connection->config);
        *connection = (Connection){ 0 };
}

int connection_open(Connection *connection, Config *config)
{
        if (connection->config == config)
                return 0;
        connection_done(connection);
        int r = connection_smtp_new(config, NULL, NULL, &connection->smtp);
        if (r == 0)
                connection->config = config_ref(config);
        return r;
}

int connection_check(const Config *config)
{
        CLEANUP(secret_forget) char *password = NULL;
        return read_password(config, &password);
}
