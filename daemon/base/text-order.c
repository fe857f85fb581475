#include "base/text-order.h"

#include <errno.h>
#include <stdlib.h>
#include <unicode/ucol.h>

struct TextOrder {
        UCollator *collator;
};

int text_order_new(const char *language, TextOrder **ret)
{
        UErrorCode error = U_ZERO_ERROR;
        *ret = NULL;
        CLEANUP(text_order_freep) TextOrder *order = calloc(1, sizeof(*order));
        if (!order)
                return -ENOMEM;
        order->collator = ucol_open(language ? language : "", &error);
        if (U_FAILURE(error))
                return -ENOMEM;
        *ret = TAKE_PTR(order);
        return 0;
}

TextOrder *text_order_free(TextOrder *order)
{
        if (!order)
                return NULL;
        if (order->collator)
                ucol_close(order->collator);
        free(order);
        return NULL;
}

int text_order_compare(const TextOrder *order, const char *a, const char *b)
{
        UErrorCode error = U_ZERO_ERROR;
        return ucol_strcollUTF8(order->collator, a, -1, b, -1, &error);
}
