#include "people/row.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Checks that each row that is accepted is a card that can be read again. */
static void make_cards(const Sheet *sheet)
{
        PeopleColumns columns;
        assert(people_columns_recognise(sheet, &columns) == 0);
        for (size_t row = 0; row < sheet_rows(sheet) && row < 100; row++) {
                CLEANUP(card_freep) Card *card = NULL;
                InputError error = { 0 };
                int r = people_row_card(sheet, &columns, row, "uid", NULL, 0, &card, &error);
                assert(r == 0 || (r == PEOPLE_E_INVALID && error.message[0] &&
                                                 error.line == sheet_line(sheet, row)));
                assert((card != NULL) == (r == 0));
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        CLEANUP(sheet_freep) Sheet *sheet = NULL;
        InputError error = { 0 };
        int r = sheet_read((const char *)data, size, &(SheetOptions){ 0 }, &sheet, &error);
        assert(r == 0 || (r == SHEET_E_INVALID && !sheet && error.message[0]));
        if (sheet)
                make_cards(sheet);
        return 0;
}
