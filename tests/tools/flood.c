/*
 * Sends the same mail to many recipients over some connections, in a plain loop of libcurl without a ledger.
 * The daemon's speed is compared with it.
 *
 *     flood URL CONNECTIONS MAILS FILE
 */

#include "base/cleanup.h"
#include "base/file.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Sender {
        pthread_t thread;
        const char *url, *bytes;
        size_t len, offset;
        int first, mails, failed;
} Sender;

static size_t on_read(char *buffer, size_t size, size_t n, void *userdata)
{
        Sender *sender = userdata;
        size_t left = sender->len - sender->offset, len = size * n < left ? size * n : left;
        memcpy(buffer, sender->bytes + sender->offset, len);
        sender->offset += len;
        return len;
}

static void send_one(Sender *sender, CURL *curl, int number)
{
        char recipient[64];
        snprintf(recipient, sizeof(recipient), "<guest%d@example.org>", number);
        struct curl_slist *recipients = curl_slist_append(NULL, recipient);
        sender->offset = 0;
        curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
        sender->failed += curl_easy_perform(curl) != CURLE_OK;
        curl_slist_free_all(recipients);
}

static void *run(void *userdata)
{
        Sender *sender = userdata;
        CURL *curl = curl_easy_init();
        curl_easy_setopt(curl, CURLOPT_URL, sender->url);
        curl_easy_setopt(curl, CURLOPT_MAIL_FROM, "<office@example.org>");
        curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
        curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_read);
        curl_easy_setopt(curl, CURLOPT_READDATA, sender);
        for (int i = 0; i < sender->mails; i++)
                send_one(sender, curl, sender->first + i);
        curl_easy_cleanup(curl);
        return NULL;
}

int main(int n_arguments, char **arguments)
{
        enum { SENDERS_MAX = 64, FILE_MAX = 1 << 20 };
        static Sender senders[SENDERS_MAX];
        CLEANUP(cleanup_free) char *bytes = NULL;
        size_t len;
        int connections = n_arguments == 5 ? atoi(arguments[2]) : 0, failed = 0;
        if (connections < 1 || connections > SENDERS_MAX ||
                        file_read(arguments[4], FILE_MAX, &bytes, &len) < 0) {
                fputs("flood URL CONNECTIONS MAILS FILE\n", stderr);
                return 2;
        }
        int mails = atoi(arguments[3]) / connections;
        curl_global_init(CURL_GLOBAL_DEFAULT);
        for (int i = 0; i < connections; i++) {
                senders[i] = (Sender){
                        .url = arguments[1], .bytes = bytes, .len = len, .first = i * mails, .mails = mails
                };
                pthread_create(&senders[i].thread, NULL, run, &senders[i]);
        }
        for (int i = 0; i < connections; i++) {
                pthread_join(senders[i].thread, NULL);
                failed += senders[i].failed;
        }
        return failed > 0;
}
