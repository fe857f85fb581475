#include "letter/compose-announcement.h"

#include <errno.h>
#include <string.h>

enum { BODY_BYTES = 128 * 1024 };

static int write_body(Letter *letter, const char *body)
{
        int r = 0;
        while (r == 0 && *body) {
                CLEANUP(buffer_done) Buffer line = BUFFER_INIT(BODY_BYTES);
                size_t len = strcspn(body, "\r\n");
                buffer_append(&line, body, len);
                r = buffer_error(&line);
                if (r == 0)
                        r = letter_sentence(letter, buffer_text(&line));
                body += len;
                body += strspn(body, "\r\n");
        }
        return r;
}

static int begin(Letter *letter, const AnnouncementText *text, const LetterOptions *options)
{
        int r = letter_init(letter, options, options->config->time_zone);
        if (r != 0)
                return r;
        letter_append_line(&letter->subject, text->subject);
        return write_body(letter, text->body);
}

int compose_announcement(const AnnouncementText *text, const LetterOptions *options, Buffer *out)
{
        CLEANUP(letter_done) Letter letter;
        int r = begin(&letter, text, options);
        return r == 0 ? letter_mail(&letter, out) : r;
}

int compose_announcement_text(const AnnouncementText *text, const LetterOptions *options, Buffer *out)
{
        CLEANUP(letter_done) Letter letter;
        int r = begin(&letter, text, options);
        return r == 0 ? letter_text(&letter, out) : r;
}
