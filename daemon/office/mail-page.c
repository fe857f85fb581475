#include "office/mail-page.h"

#include "base/html.h"
#include "mail/text-part.h"
#include "office/form.h"
#include "office/layout.h"
#include "office/mail-row.h"
#include "office/mail-scope.h"
#include "office/mail-words.h"
#include "office/write.h"
#include "store/object.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_BYTES = 1024 * 1024, BAD = 422 };

/* A mail, and the one whose bytes it went in: itself, or the one that leads its bundle. */
typedef struct MailPage {
        OfficeCall *call;
        MailRecord *mail, *leader;
} MailPage;

static void mail_page_done(MailPage *page)
{
        mail_record_free(page->mail);
        mail_record_free(page->leader);
}

/* Loads a mail to which the account has the right. */
static int load(MailPage *page, AccountAccess needed)
{
        OfficeCall *call = page->call;
        int r = ledger_get(call->store, strtoll(call->rest, NULL, 10), &page->mail);
        if (r == 0)
                r = mail_scope_check(call, needed, page->mail);
        if (r == 0 && page->mail->bundle > 0 && page->mail->bundle != page->mail->id)
                r = ledger_get(call->store, page->mail->bundle, &page->leader);
        return r == STORE_E_NOT_FOUND ? OFFICE_E_NOT_FOUND : r;
}

static const MailRecord *with_bytes(const MailPage *page)
{
        return page->leader ? page->leader : page->mail;
}

static void begin_fact(OfficeCall *call, const char *label)
{
        buffer_printf(&call->out, "<dt>%s</dt><dd><p>", label);
}

static void end_fact(OfficeCall *call)
{
        buffer_puts(&call->out, "</p></dd>\n");
}

static void write_facts(MailPage *page)
{
        OfficeCall *call = page->call;
        const OfficeStrings *strings = call->strings;
        const MailRecord *mail = page->mail;
        buffer_puts(&call->out, "<dl class=\"facts-list card\">\n");
        begin_fact(call, strings->mail_to);
        mail_row_write_person(call, mail);
        end_fact(call);
        begin_fact(call, strings->mail_what);
        mail_row_write_about(call, mail);
        end_fact(call);
        begin_fact(call, strings->mail_due);
        write_time(call, mail->due);
        end_fact(call);
        begin_fact(call, strings->state);
        buffer_printf(&call->out, "<strong>%s</strong>, ", mail_words_state(call, mail));
        write_time(call, mail->updated);
        end_fact(call);
        if (mail->next_attempt) {
                begin_fact(call, strings->mail_next);
                write_time(call, mail->next_attempt);
                end_fact(call);
        }
        if (mail->reason || *mail->reply) {
                begin_fact(call, strings->mail_reason);
                mail_words_write_reason(call, mail);
                end_fact(call);
        }
        buffer_puts(&call->out, "</dl>\n");
}

static int write_buttons(MailPage *page)
{
        OfficeCall *call = page->call;
        const MailRecord *mail = page->mail;
        bool waits = mail->state == MAIL_PENDING || mail->state == MAIL_UNKNOWN;
        bool may_retry = mail->expires > call->now &&
                         ((mail->state == MAIL_PENDING && mail->tries > 0) ||
                                         (mail->state == MAIL_FAILED && mail->attempts <= 1));
        int r = waits || may_retry ? mail_scope_check(call, ACCOUNT_WRITE, mail) : OFFICE_E_FORBIDDEN;
        if (r != 0)
                return r == OFFICE_E_FORBIDDEN ? 0 : r;
        form_begin(call, NULL, "acts");
        if (may_retry)
                form_submit(call, "act", "retry", NULL, call->strings->mail_retry);
        if (waits)
                form_submit(call, "act", "stop", "quiet danger", call->strings->mail_stop);
        form_end(call);
        return 0;
}

/* Writes the header fields as they went, behind a heading that opens them. */
static int write_headers(MailPage *page)
{
        OfficeCall *call = page->call;
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(TEXT_BYTES);
        const MailRecord *mail = with_bytes(page);
        int r = mail_headers_read(mail->bytes, mail->bytes_len, &text);
        if (r != 0)
                return r == -EINVAL ? 0 : r;
        buffer_printf(&call->out, "<details><summary>%s</summary>\n<pre class=\"card\">",
                        call->strings->mail_headers);
        html_escape(&call->out, buffer_text(&text));
        buffer_puts(&call->out, "</pre></details>\n");
        return 0;
}

/* Writes a frame with the HTML part, which may do nothing (on_html()). */
static int write_frame(MailPage *page)
{
        OfficeCall *call = page->call;
        CLEANUP(buffer_done) Buffer html = BUFFER_INIT(TEXT_BYTES);
        const MailRecord *mail = with_bytes(page);
        int r = html_part_read(mail->bytes, mail->bytes_len, &html);
        if (r != 0)
                return r == -EINVAL ? 0 : r;
        buffer_printf(&call->out,
                        "<details><summary>%s</summary>\n<iframe class=\"mail\" sandbox loading=\"lazy\""
                        " src=\"/office/mail-html/%" PRId64 "\" title=\"%s\"></iframe></details>\n",
                        call->strings->mail_html, page->mail->id, call->strings->mail_html);
        return 0;
}

static int write_text(MailPage *page)
{
        OfficeCall *call = page->call;
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(TEXT_BYTES);
        const MailRecord *mail = with_bytes(page);
        bool is_html = false;
        MailDay day;
        int r = mail->bytes ? text_part_read(mail->bytes, mail->bytes_len, &text, &is_html, &day) : -EINVAL;
        buffer_printf(&call->out, "<section><h2>%s</h2>\n", call->strings->mail_text);
        if (r == -EINVAL) {
                buffer_printf(&call->out, "<p class=\"note\">%s</p></section>\n",
                                mail->state == MAIL_PENDING ? call->strings->mail_not_made
                                                            : call->strings->mail_not_kept);
                return 0;
        }
        if (r == 0)
                r = write_headers(page);
        buffer_puts(&call->out, "<div class=\"card\"><pre>");
        html_escape(&call->out, buffer_text(&text));
        buffer_puts(&call->out, "</pre></div>\n");
        if (r == 0)
                r = write_frame(page);
        buffer_printf(&call->out,
                        "<p><a href=\"/office/mail-file/%" PRId64 "\" download>%s</a></p></section>\n",
                        page->mail->id, call->strings->mail_file);
        return r;
}

static int on_get(MailPage *page)
{
        OfficeCall *call = page->call;
        office_begin(call, OFFICE_MAILS, mail_words_kind(call, page->mail->kind));
        write_facts(page);
        int r = write_buttons(page);
        if (r == 0)
                r = write_text(page);
        office_end(call);
        return r != 0 ? r : office_reply(call, 200);
}

/* A running daemon forgets the failures of its circuit breaker when META_RETRY changes. */
static int retry(const OfficeCall *call, int64_t id)
{
        char mark[24];
        int64_t n = 0;
        snprintf(mark, sizeof(mark), "%" PRId64, call->now);
        int r = ledger_release(call->store, &(LedgerFilter){ .id = id }, call->now, &n);
        if (r == 0 && n == 0)
                return STORE_E_CONFLICT;
        return r != 0 ? r : store_meta_set(call->store, META_RETRY, mark);
}

static int act(MailPage *page)
{
        OfficeCall *call = page->call;
        char path[64];
        bool stops = strcmp(office_form(call, "act"), "stop") == 0;
        snprintf(path, sizeof(path), "/office/mail/%" PRId64, page->mail->id);
        int r = stops ? ledger_stop_mail(call->store, page->mail->id, call->now)
                      : retry(call, page->mail->id);
        if (r == 0)
                r = store_commit(call->store);
        if (r == STORE_E_CONFLICT) {
                store_rollback(call->store);
                return office_reply_error(call, BAD, call->strings->mail_bad_action);
        }
        return r != 0 ? r : office_redirect(call, path, stops ? "mail-stopped" : "mail-retried");
}

static int on_mail(OfficeCall *call)
{
        CLEANUP(mail_page_done) MailPage page = { .call = call };
        int r = office_is_post(call) ? store_begin_write(call->store) : 0;
        if (r == 0)
                r = load(&page, office_is_post(call) ? ACCOUNT_WRITE : ACCOUNT_READ);
        return r != 0 ? r : office_is_post(call) ? act(&page) : on_get(&page);
}

static int on_file(OfficeCall *call)
{
        CLEANUP(mail_page_done) MailPage page = { .call = call };
        static const HttpHeader headers[] = {
                { "Content-Disposition", "attachment; filename=\"mail.eml\"" },
                { "Cache-Control", "private, no-store" },
                { "X-Content-Type-Options", "nosniff" },
                { NULL, NULL },
        };
        int r = load(&page, ACCOUNT_READ);
        if (r != 0 || !with_bytes(&page)->bytes)
                return r != 0 ? r : OFFICE_E_NOT_FOUND;
        return http_reply_send(call->request, &(HttpReply){ .status = 200,
                                                              .headers = headers,
                                                              .content_type = "message/rfc822",
                                                              .bytes = with_bytes(&page)->bytes,
                                                              .len = with_bytes(&page)->bytes_len });
}

/*
 * The HTML of the mail, for the frame on its page. It runs no script, loads nothing, and its links lead
 * nowhere, since one of them may change what its recipient has chosen.
 */
static int on_html(OfficeCall *call)
{
        CLEANUP(mail_page_done) MailPage page = { .call = call };
        static const HttpHeader headers[] = {
                { "Content-Security-Policy",
                                "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'" },
                { "Cache-Control", "private, no-store" },
                { "X-Content-Type-Options", "nosniff" },
                { NULL, NULL },
        };
        int r = load(&page, ACCOUNT_READ);
        if (r == 0)
                r = with_bytes(&page)->bytes ? html_part_read(with_bytes(&page)->bytes,
                                                               with_bytes(&page)->bytes_len, &call->out)
                                             : -EINVAL;
        if (r != 0)
                return r == -EINVAL ? OFFICE_E_NOT_FOUND : r;
        return http_reply_send(call->request, &(HttpReply){ .status = 200,
                                                              .headers = headers,
                                                              .content_type = "text/html; charset=utf-8",
                                                              .bytes = call->out.data,
                                                              .len = call->out.len });
}

const OfficeRow mail_page_rows[] = {
        { "mail/", false, HTTP_GET | HTTP_POST, ACCOUNT_EDITOR, on_mail },
        { "mail-html/", false, HTTP_GET, ACCOUNT_EDITOR, on_html },
        { "mail-file/", false, HTTP_GET, ACCOUNT_EDITOR, on_file },
        { NULL, false, 0, 0, NULL },
};
