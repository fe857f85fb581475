#include "draft/source.h"

#include "base/charset.h"
#include "base/utf8.h"
#include "draft/condition.h"
#include "draft/markup.h"
#include "draft/token.h"
#include "mail/text-part.h"
#include "package/zip.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

enum { LOOK_BYTES = 4096 };

void source_text_done(SourceText *text)
{
        buffer_done(&text->text);
}

static bool begins_with(const char *bytes, size_t len, const char *word)
{
        size_t n = strlen(word);
        return len >= n && strncasecmp(bytes, word, n) == 0;
}

static bool is_html(const char *bytes, size_t len)
{
        static const char *const tags[] = { "<!doctype html", "<html", "<head", "<body", "<p>", "<p ",
                "<div", "<h1", "<h2", "<article", "<!--", "<?xml", "<span", "<table", "<meta", NULL };
        while (len > 0 && (isspace((unsigned char)*bytes) || (unsigned char)*bytes == 0xEF ||
                                          (unsigned char)*bytes == 0xBB || (unsigned char)*bytes == 0xBF)) {
                bytes++;
                len--;
        }
        for (size_t i = 0; tags[i]; i++)
                if (begins_with(bytes, len, tags[i]))
                        return true;
        return false;
}

/* Whether the first line is a field of a mail's header, and a Subject, Date or From follows. */
static bool is_mail(const char *bytes, size_t len)
{
        static const char *const fields[] = { "From:", "Subject:", "Date:", "To:", "Received:",
                "Return-Path:", "MIME-Version:", "Message-ID:", "Delivered-To:", "Reply-To:",
                "Content-Type:", "DKIM-Signature:", "X-", "From ", NULL };
        size_t look = len < LOOK_BYTES ? len : LOOK_BYTES;
        bool begins = false;
        for (size_t i = 0; fields[i] && !begins; i++)
                begins = begins_with(bytes, len, fields[i]);
        return begins &&
               (memmem(bytes, look, "\nSubject:", 9) || memmem(bytes, look, "\nMIME-Version:", 14) ||
                               memmem(bytes, look, "\nDate:", 6) || begins_with(bytes, len, "Received:")) &&
               (memmem(bytes, len, "\n\n", 2) || memmem(bytes, len, "\n\r\n", 3));
}

/* Plain text that is not UTF-8 is read as windows-1251, the old encoding of Russian texts. */
static int read_plain(const char *bytes, size_t len, Buffer *out)
{
        const char *charset = charset_of(bytes, len);
        size_t at = 0;
        if (charset)
                return charset_to_utf8(charset, bytes, len, out) ? buffer_error(out) : DRAFT_E_FORMAT;
        while (at < len) {
                size_t n = utf8_plain_prefix(bytes + at, len - at);
                at += n;
                if (at < len && (unsigned char)bytes[at] >= 0x80)
                        return charset_to_utf8("windows-1251", bytes, len, out) ? buffer_error(out)
                                                                                : DRAFT_E_FORMAT;
                at += at < len;
        }
        buffer_append(out, bytes, len);
        return buffer_error(out);
}

static int read_mail(const char *bytes, size_t len, SourceText *ret)
{
        CLEANUP(buffer_done) Buffer part = BUFFER_INIT(DRAFT_FILE_MAX_BYTES);
        MailDay day = { 0 };
        bool html = false;
        int r = text_part_read(bytes, len, &part, &html, &day);
        if (r < 0)
                return r;
        if (!date_is_whole(&ret->written))
                ret->written = (DraftDay){ day.year, day.month, day.day };
        if (html)
                return markup_read_html(buffer_text(&part), part.len, &ret->text, &(DraftDay){ 0 });
        return read_plain(buffer_text(&part), part.len, &ret->text);
}

/* Reads the document of a .docx or .odt file. */
static int read_package(const char *bytes, size_t len, Buffer *out)
{
        CLEANUP(buffer_done) Buffer xml = BUFFER_INIT(DRAFT_FILE_MAX_BYTES);
        int r = zip_read_part(bytes, len, "word/document.xml", &xml);
        if (r == PACKAGE_E_MISSING)
                r = zip_read_part(bytes, len, "content.xml", &xml);
        if (r == PACKAGE_E_LARGE)
                return -EFBIG;
        if (r > 0)
                return DRAFT_E_FORMAT;
        return r == 0 ? markup_read_document(buffer_text(&xml), xml.len, out) : r;
}

int source_read(const char *bytes, size_t len, SourceText *ret)
{
        *ret = (SourceText){ .text = BUFFER_INIT(DRAFT_TEXT_MAX_BYTES) };
        if (len > DRAFT_FILE_MAX_BYTES)
                return -EFBIG;
        if (begins_with(bytes, len, "PK\003\004"))
                return read_package(bytes, len, &ret->text);
        if (is_html(bytes, len))
                return markup_read_html(bytes, len, &ret->text, &ret->written);
        return is_mail(bytes, len) ? read_mail(bytes, len, ret) : read_plain(bytes, len, &ret->text);
}
