#include "base/strings.h"

extern const TextStrings text_strings_ru;

/* ICU ends a year with "г.", which a heading does without. */
const TextStrings text_strings_ru = { .locale = "ru_RU", .day = "d MMMM", .month = "LLLL y" };
