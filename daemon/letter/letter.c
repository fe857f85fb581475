#include "letter/letter.h"

#include "base/array.h"
#include "base/html.h"
#include "base/utf8.h"
#include "mail/message.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int letter_init(Letter *letter, const LetterOptions *options, const Zone *zone)
{
        const Config *config = options->config;
        const char *tag = options->contact ? card_language(options->contact) : options->language;
        const char *own_zone = options->contact ? card_zone_name(options->contact) : NULL;
        Language language = language_of(tag ? tag : config->language);
        const LetterStrings *strings = letter_strings(language);
        const Zone *own;
        *letter = (Letter){
                .options = options,
                .strings = strings,
                .language = language_tag(language),
                .zone = zone,
                .subject = BUFFER_INIT(LETTER_PART_BYTES),
                .footer = BUFFER_INIT(LETTER_PART_BYTES),
                .calendar = BUFFER_INIT(LETTER_PART_BYTES),
                .why = strings->why,
        };
        letter->has_own_zone = own_zone && zone_table_get(options->zones, own_zone, &own) == 0;
        if (letter->has_own_zone)
                letter->zone = own;
        snprintf(letter->stop, sizeof(letter->stop), "%s/mail/%s", config->http.base_url, options->token);
        return text_dates_new(letter->language, &letter->dates);
}

void letter_done(Letter *letter)
{
        text_dates_free(letter->dates);
        buffer_done(&letter->subject);
        buffer_done(&letter->footer);
        buffer_done(&letter->calendar);
        for (size_t i = 0; i < letter->n_lines; i++)
                free(letter->lines[i].text);
        free(letter->lines);
}

/* Whether a URL ends before @c: at a blank, a control character, or a mark that no URL has. */
static bool ends_url(const char *c)
{
        static const char *const marks[] = { "\u00ab", "\u00bb", "\u201c", "\u201d", "\u201e", "\u2026",
                "\u00a0" };
        for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
                if (strncmp(c, marks[i], strlen(marks[i])) == 0)
                        return true;
        return (unsigned char)*c <= ' ' || *c == 0x7F || strchr("<>\"`{}|\\^", *c);
}

/*
 * Returns the length of the URL of a web page that begins at @text; 0 if there is none. Punctuation at its
 * end belongs to the sentence, and so does a closing bracket without an opening one.
 */
static size_t link_length(const char *text)
{
        size_t scheme = strncmp(text, "http://", 7) == 0 ? 7 : strncmp(text, "https://", 8) == 0 ? 8 : 0;
        size_t n = scheme;
        while (n > 0 && text[n] && !ends_url(text + n))
                n++;
        while (n > scheme &&
                        (strchr(".,;:!?'*", text[n - 1]) || (text[n - 1] == ')' && !memchr(text, '(', n))))
                n--;
        return n > scheme ? n : 0;
}

bool letter_is_link(const char *text)
{
        return link_length(text) > 0 && text[link_length(text)] == '\0';
}

/* The greatest length of the HTML tags of a line. */
enum { LINE_TAGS_BYTES = 120 };

/* Returns the greatest length that a text can have in HTML. A link is written twice, with its tags. */
static size_t html_bytes(const char *text)
{
        size_t n = 0;
        for (const char *c = text; *c; c++)
                n += strchr("&<>\"'\n", *c) ? sizeof("&quot;") - 1 : 1;
        for (const char *c = text; (c = strstr(c, "http")); c++)
                n += 6 * link_length(c) + sizeof("<a href=\"\"></a>");
        return n;
}

bool letter_has_room(const Letter *letter)
{
        return letter->n_bytes < LETTER_ROOM_BYTES && letter->n_lines + 8 < LETTER_LINES_MAX;
}

static int add_line(Letter *letter, LetterLineKind kind, const char *label, const char *text)
{
        if (!text || !text[0] || letter->n_lines == LETTER_LINES_MAX)
                return 0;
        LetterLine *lines = array_grow(letter->lines, letter->n_lines, sizeof(*lines));
        if (!lines)
                return -ENOMEM;
        letter->lines = lines;
        char *copy = strdup(text);
        if (!copy)
                return -ENOMEM;
        letter->n_bytes += html_bytes(text) + (label ? html_bytes(label) : 0) + LINE_TAGS_BYTES;
        lines[letter->n_lines++] = (LetterLine){ kind, label, copy };
        return 0;
}

int letter_row(Letter *letter, const char *label, const char *text)
{
        return add_line(letter, LETTER_ROW, label, text);
}

int letter_heading(Letter *letter, const char *text)
{
        return add_line(letter, LETTER_HEADING, NULL, text);
}

int letter_sentence(Letter *letter, const char *text)
{
        return add_line(letter, LETTER_SENTENCE, NULL, text);
}

int letter_message(Letter *letter, LetterLineKind kind, const char *label, const char *pattern,
                const TextArgument *arguments)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(LETTER_PART_BYTES);
        int r = text_message(&text, letter->language, pattern, arguments);
        return r < 0 ? r : add_line(letter, kind, label, buffer_text(&text));
}

/* The text is cut at the end of a word only if this keeps more than half of @max. */
void letter_append_beginning(Buffer *out, const char *text, size_t max)
{
        size_t len = strlen(text), cut = utf8_cut(text, len, max);
        const char *blank = cut < len ? memrchr(text, ' ', cut) : NULL;
        if (blank && blank > text + max / 2)
                cut = (size_t)(blank - text);
        buffer_append(out, text, cut);
        if (cut < len)
                buffer_puts(out, " …");
}

/* Control characters are replaced: a line break in an iCalendar or vCard text would begin another header. */
void letter_append_line(Buffer *out, const char *text)
{
        size_t before = out->len;
        letter_append_beginning(out, text, LETTER_NAME_BYTES);
        for (char *c = buffer_error(out) == 0 && out->data ? out->data + before : NULL; c && *c; c++)
                if ((unsigned char)*c < 0x20 || *c == 0x7F)
                        *c = ' ';
}

static void put_footer_line(Buffer *out, const char *text)
{
        if (text && *text)
                buffer_printf(out, "\n%s", text);
}

/* Appends the lines of mail.footer or, without it, the office's name and addresses from `site`. */
static void put_office(const Letter *letter, Buffer *out)
{
        const Config *config = letter->options->config;
        const char *own = config_text(&config->mail.footer, letter->language);
        put_footer_line(out, own);
        if (*own)
                return;
        put_footer_line(out, config_text(&config->site.publisher, letter->language));
        put_footer_line(out, config_text(&config->site.address, letter->language));
        put_footer_line(out, config->site.mail);
        put_footer_line(out, config->site.privacy);
}

/*
 * Appends the footer: the footer of the office's template or, without one, why the recipient gets the mail;
 * then the lines about the office.
 */
static int write_footer(const Letter *letter, Buffer *out)
{
        const ConfigText *title = &letter->options->config->feed.title;
        const TextArgument arguments[] = { { "calendar", config_text(title, letter->language), 0 },
                { NULL, NULL, 0 } };
        int r = 0;
        if (letter->footer.len > 0)
                buffer_puts(out, buffer_text(&letter->footer));
        else
                r = text_message(out, letter->language, letter->why, arguments);
        put_office(letter, out);
        return r < 0 ? r : buffer_error(out);
}

static void write_line(const LetterLine *line, LetterLineKind before, Buffer *out)
{
        bool turns = (line->kind == LETTER_SENTENCE) != (before == LETTER_SENTENCE);
        if (line->kind == LETTER_HEADING || turns)
                buffer_puts(out, "\n");
        if (line->kind == LETTER_ROW)
                buffer_printf(out, "%s: ", line->label);
        buffer_printf(out, "%s\n", line->text);
}

int letter_text(const Letter *letter, Buffer *out)
{
        LetterLineKind before = letter->n_lines > 0 ? letter->lines[0].kind : LETTER_ROW;
        bool begins_with_heading = letter->n_lines > 0 && before == LETTER_HEADING;
        buffer_printf(out, "%s\n%s", buffer_text(&letter->subject), begins_with_heading ? "" : "\n");
        for (size_t i = 0; i < letter->n_lines; i++) {
                write_line(&letter->lines[i], before, out);
                before = letter->lines[i].kind;
        }
        buffer_puts(out, "\n-- \n");
        int r = write_footer(letter, out);
        if (r < 0)
                return r;
        buffer_puts(out, "\n");
        if (letter->stop[0])
                buffer_printf(out, "%s:\n%s\n", letter->strings->stop, letter->stop);
        return buffer_error(out);
}

static void write_html_link(Buffer *out, const char *url, const char *strings)
{
        buffer_puts(out, "<a href=\"");
        html_escape(out, url);
        buffer_puts(out, "\">");
        html_escape(out, strings);
        buffer_puts(out, "</a>");
}

/*
 * Appends a text as HTML. Its URLs become links. A line break becomes <br>, because Outlook ignores the CSS
 * property `white-space`.
 */
static int write_html_words(const char *text, Buffer *out)
{
        CLEANUP(buffer_done) Buffer words = BUFFER_INIT(LETTER_PART_BYTES);
        for (const char *c = text; *c;) {
                size_t link = link_length(c), len = link > 0 ? link : 1 + strcspn(c + 1, "h\n");
                buffer_reset(&words);
                buffer_append(&words, c, *c == '\n' ? 0 : len);
                if (link > 0)
                        write_html_link(out, buffer_text(&words), buffer_text(&words));
                else
                        html_escape(out, buffer_text(&words));
                buffer_puts(out, *c == '\n' ? "<br>\n" : "");
                c += *c == '\n' ? 1 : len;
        }
        return buffer_error(&words);
}

/*
 * Appends a line's text. In a row, a link shows the label and not the address: an address is long, and Latin
 * letters in a Russian text raise SpamAssassin's score (MIXED_ES).
 */
static int write_html_text(const LetterLine *line, Buffer *out)
{
        if (letter_is_link(line->text)) {
                write_html_link(out, line->text, line->kind == LETTER_ROW ? line->label : line->text);
                return 0;
        }
        if (line->kind == LETTER_ROW)
                buffer_printf(out, "<strong>%s:</strong> ", line->label);
        return write_html_words(line->text, out);
}

static int write_html_line(const LetterLine *line, Buffer *out)
{
        static const struct {
                const char *begin, *end;
        } tags[] = {
                [LETTER_SENTENCE] = { "<p>", "</p>\n" },
                [LETTER_HEADING] = { "<h2 style=\"font-size: 1.1em; line-height: 1.3; margin: 1.6em 0 0.3em\">",
                                "</h2>\n" },
                [LETTER_ROW] = { "<p style=\"margin: 0.3em 0\">", "</p>\n" },
        };
        buffer_puts(out, tags[line->kind].begin);
        int r = write_html_text(line, out);
        buffer_puts(out, tags[line->kind].end);
        return r;
}

/*
 * Mail programs support little CSS. The HTML has one column, system fonts and the mail program's colours,
 * and loads nothing from a server.
 */
static const char html_head[] =
                "<meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\n"
                "<meta name=\"color-scheme\" content=\"light dark\"><style>"
                ":root { color-scheme: light dark; }</style>\n";

static const char html_body[] =
                "<body style=\"font: 1em/1.45 sans-serif; max-width: 40em; margin: 1em; overflow-wrap: anywhere\">\n";

static int write_html(const Letter *letter, Buffer *out)
{
        buffer_printf(out, "<!DOCTYPE html>\n<html lang=\"%s\"><head>%s<title>", letter->language,
                        html_head);
        html_escape(out, buffer_text(&letter->subject));
        buffer_printf(out, "</title></head>\n%s<h1 style=\"font-size: 1.3em; line-height: 1.25\">",
                        html_body);
        html_escape(out, buffer_text(&letter->subject));
        buffer_puts(out, "</h1>\n");
        int r = 0;
        for (size_t i = 0; r == 0 && i < letter->n_lines; i++)
                r = write_html_line(&letter->lines[i], out);
        CLEANUP(buffer_done) Buffer footer = BUFFER_INIT(LETTER_PART_BYTES);
        if (r == 0)
                r = write_footer(letter, &footer);
        buffer_puts(out, "<hr style=\"margin: 1.5em 0 0; opacity: 0.4\">\n"
                         "<p style=\"font-size: 0.85em\">");
        if (r == 0)
                r = write_html_words(buffer_text(&footer), out);
        if (letter->stop[0]) {
                buffer_puts(out, "<br>");
                write_html_link(out, letter->stop, letter->strings->stop);
        }
        buffer_puts(out, "</p>\n</body></html>\n");
        return r < 0 ? r : buffer_error(out);
}

static int reader_offset(const Letter *letter)
{
        return zone_offset_at(letter->zone, letter->options->now / USEC_PER_SEC).seconds;
}

/* Writes the List-Id (RFC 2919). It cannot contain an IPv6 address: `localhost` replaces one. */
static void list_id(const Config *config, char *ret, size_t size)
{
        const char *host = strstr(config->http.base_url, "://");
        host = host ? host + 3 : config->http.base_url;
        size_t len = strcspn(host, "[:/");
        snprintf(ret, size, "<reminders.%.*s>", len > 0 ? (int)len : 9, len > 0 ? host : "localhost");
}

/* Makes a template of the mail. It is not an error if the mail cannot be a template. */
static int make_pattern(
                const Message *message, const LetterOptions *options, const Buffer *out, size_t begin)
{
        int r = message_template_new(
                        message, options->token, out->data + begin, out->len - begin, options->ret_template);
        return r == MESSAGE_E_NO_TEMPLATE ? 0 : r;
}

static int write_parts(const Letter *letter, Buffer *text, Buffer *html)
{
        int r = letter_text(letter, text);
        return r < 0 ? r : write_html(letter, html);
}

int letter_mail(const Letter *letter, Buffer *out)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(LETTER_PART_BYTES);
        CLEANUP(buffer_done) Buffer html = BUFFER_INIT(LETTER_PART_BYTES);
        CLEANUP(buffer_done) Buffer name = BUFFER_INIT(LETTER_PART_BYTES);
        CLEANUP(buffer_done) Buffer title = BUFFER_INIT(LETTER_PART_BYTES);
        const LetterOptions *options = letter->options;
        const Card *contact = options->contact;
        const char *address = contact ? card_email(contact) : options->address;
        char id[320];
        if (!address)
                return -EINVAL;
        if (contact)
                letter_append_line(&name, card_name(contact));
        int r = write_parts(letter, &text, &html);
        if (r < 0 || buffer_error(&name) < 0)
                return r < 0 ? r : buffer_error(&name);
        letter_append_line(&title, config_text(&options->config->feed.title, letter->language));
        list_id(options->config, id, sizeof(id));
        const char *reply_to = options->config->mail.reply_to;
        Message message = {
                .from = options->config->mail.from,
                .reply_to = reply_to[0] ? reply_to : NULL,
                .to_name = name.len > 0 ? buffer_text(&name) : NULL,
                .to = address,
                .subject = buffer_text(&letter->subject),
                .message_id = options->message_id,
                .in_reply_to = options->in_reply_to,
                .date = options->now,
                .date_offset = reader_offset(letter),
                .language = letter->language,
                .list_id = letter->method ? NULL : id,
                .list_name = title.len > 0 ? buffer_text(&title) : "convened reminders",
                .unsubscribe_url = letter->stop[0] ? letter->stop : NULL,
                .text = buffer_text(&text),
                .html = buffer_text(&html),
                .calendar = letter->calendar.len > 0 ? letter->calendar.data : NULL,
                .calendar_len = letter->calendar.len,
                .calendar_method = letter->method ? letter->method : "PUBLISH",
                .is_invitation = letter->method != NULL,
                .calendar_name = letter->method ? "invite.ics" : "event.ics",
        };
        size_t before = out->len;
        r = message_compose(&message, out);
        return r == 0 && options->ret_template ? make_pattern(&message, options, out, before) : r;
}
