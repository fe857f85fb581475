#include "web/qr.h"

#include "base/html.h"

#include <errno.h>
#include <qrencode.h>
#include <stdbool.h>

enum {
        VERSION_MAX = 20, /* of 40 */
        MARGIN = 4,       /* the quiet zone around the code, in modules */
};

static void free_code(QRcode **code)
{
        QRcode_free(*code);
}

static bool is_dark(const QRcode *code, int x, int y)
{
        return x < code->width && code->data[y * code->width + x] & 1;
}

/* Writes one row: a bar for each run of dark modules. */
static void write_row(Buffer *out, const QRcode *code, int y)
{
        for (int x = 0; x < code->width; x++) {
                int begin = x;
                while (is_dark(code, x, y))
                        x++;
                if (x > begin)
                        buffer_printf(out, "M%d %dh%dv1h-%dz", begin + MARGIN, y + MARGIN, x - begin,
                                        x - begin);
        }
}

int qr_write(Buffer *out, const char *text, const char *label)
{
        CLEANUP(free_code) QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
        if (!code)
                return errno == ENOMEM ? -ENOMEM : -EMSGSIZE;
        if (code->version > VERSION_MAX)
                return -EMSGSIZE;
        int size = code->width + 2 * MARGIN;
        buffer_printf(out, "<svg class=\"qr\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"", size, size);
        html_escape(out, label);
        buffer_puts(out, "\" shape-rendering=\"crispEdges\"><path d=\"");
        for (int y = 0; y < code->width; y++)
                write_row(out, code, y);
        buffer_puts(out, "\"/></svg>\n");
        return 0;
}
