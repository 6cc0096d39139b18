/* Takes apart the documents of a message in the regular form, for `regular_native`.
 *
 * What it does is what `regular_text` does with regular expressions; where this module could not be built,
 * that is used, and tests hold the two against each other. It answers None for everything it does not know, and then
 * the expressions are asked.
 *
 * Safety: one cursor over the bytes, never moved beyond `end`; every literal is compared only after its
 * length was found to fit; no recursion; no number taken from the message decides about memory. Tables come from
 * the definitions, never from the message. The interpreter lock is held throughout.
 *
 * Parser(prefix, node, flat, head, lines) with head and lines (None where a message has none) =
 *     (tag, low, high, fields), fields = ((element, required, kind, low, high, fixed, check, good, needed), ...)
 *   kind   TEXT: low..high characters · FOLDED: the same without white space · NUMBER: low digits, high decimals
 *          FIXED: the text `fixed` · NEVER: not regular
 *   check  what makes a value good without asking the rules; `good` is the set for IN_SET
 *   needed the value must begin with something else than white space
 * Parser.take(raw, start, day, limit) -> None or (documents, end, line breaks)
 *   documents: [(head dict, [line dict, ...], good, line breaks before it), ...]; `day` is yyyyMMdd as bytes; numbers
 *   with more than `limit` digits before the point are not good.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <string.h>

enum kind { TEXT, FOLDED, NUMBER, FIXED, NEVER };
enum check { NONE, IN_SET, AMOUNT, POSITIVE, DAY, PAST_DAY, STAMP, PAST_STAMP, GOODS, PERSON, ASK };
enum { MOST_FIELDS = 128 };

typedef struct {
    PyObject *name;    /* interned str, owned */
    PyObject *tags;    /* bytes "<p:name></p:name>", owned; open and close point into it */
    PyObject *fixed;   /* bytes or NULL, owned */
    PyObject *good;    /* frozenset or NULL, owned */
    const char *open, *close;
    Py_ssize_t open_size, close_size, low, high;
    int required, kind, check, needed;
} Field;

typedef struct {
    PyObject *tags;
    PyObject *empty;   /* dict with every name, copied for each part */
    const char *open, *close;
    Py_ssize_t open_size, close_size, low, high, count;
    Field *fields;
} Part;

typedef struct {
    PyObject_HEAD
    Part head, lines;
    PyObject *tags;
    const char *open, *close;
    Py_ssize_t open_size, close_size;
    int flat, has_lines;
} Parser;

/* The value a field had in the part before: most repeat within a message. */
typedef struct {
    const char *start;
    Py_ssize_t size;
    PyObject *text;    /* borrowed: the dict of the part before keeps it */
    int good;
} Last;

typedef struct {
    const char *at, *end;
    Py_ssize_t breaks;
    const char *day;
    Py_ssize_t limit;
} Cursor;

static int starts(const Cursor *c, const char *text, Py_ssize_t size)
{
    return c->end - c->at >= size && memcmp(c->at, text, (size_t)size) == 0;
}

static int literal(Cursor *c, const char *text, Py_ssize_t size)
{
    int fits = starts(c, text, size);
    c->at += fits ? size : 0;
    return fits;
}

static void gap(Cursor *c)
{
    while (c->at < c->end && (*c->at == ' ' || *c->at == '\n' || *c->at == '\t')) {
        c->breaks += *c->at == '\n';
        c->at++;
    }
}

/* 0 plain, 1 ends a value, 2 not regular, 3 line feed, 4 white space, 5 beyond ASCII */
static unsigned char classes[256];

static void fill_classes(void)
{
    for (int i = 0; i < 256; i++)
        classes[i] = i >= 0x80 ? 5 : i < 0x20 ? 2 : 0;
    classes['<'] = 1;
    classes['>'] = classes['&'] = classes[0x7f] = 2;
    classes['\n'] = 3;
    classes[' '] = classes['\t'] = 4;
}

static int digits(const char *s, Py_ssize_t n)
{
    for (Py_ssize_t i = 0; i < n; i++)
        if (s[i] < '0' || s[i] > '9')
            return 0;
    return 1;
}

static int pair(const char *s) { return (s[0] - '0') * 10 + s[1] - '0'; }

static int is_day(const char *s)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year = pair(s) * 100 + pair(s + 2), month = pair(s + 4), day = pair(s + 6);
    if (year < 1 || month < 1 || month > 12 || day < 1)
        return 0;
    int leap = month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return day <= days[month - 1] + leap;
}

static int is_dated(const Cursor *c, const char *s, Py_ssize_t n, int clock, int past)
{
    if (n != (clock ? 14 : 8) || !digits(s, n) || !is_day(s))
        return 0;
    if (clock && (pair(s + 8) > 23 || pair(s + 10) > 59 || pair(s + 12) > 59))
        return 0;
    return !past || memcmp(s, c->day, 8) <= 0;
}

/* GB 11643 as base.ids.ric judges it; what is written otherwise than on the card is left to it. */
static int is_person(const char *s, Py_ssize_t n)
{
    static const int weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    static const char *provinces = "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 "
                                   "50 51 52 53 54 61 62 63 64 65 71 81 82 83 91 ";
    int sum = 0, known = 0;
    if (n != 18 || !digits(s, 17) || !is_day(s + 6))
        return 0;
    for (const char *p = provinces; *p && !known; p += 3)
        known = p[0] == s[0] && p[1] == s[1];
    if (!known || memcmp(s + 6, "1880", 4) < 0 || memcmp(s + 6, "2099", 4) > 0)
        return 0;
    for (int i = 0; i < 17; i++)
        sum += weights[i] * (s[i] - '0');
    return s[17] == "10X98765432"[sum % 11];
}

/* Whether a character may be white space as str.strip knows it; of the wide ones only U+3000 begins with E3. */
static int may_be_blank(const char *s)
{
    unsigned char first = (unsigned char)s[0];
    return first <= ' ' || first == 0xc2 || first == 0xe1 || first == 0xe2 ||
           (first == 0xe3 && !memcmp(s, "\xe3\x80\x80", 3));
}

/* Whether the rules certainly find nothing in a value: 1 yes, 0 ask them, -1 an exception. */
static int is_good(const Cursor *c, const Field *f, const char *s, Py_ssize_t n, PyObject *text)
{
    Py_ssize_t whole = n;
    if (f->needed && (n == 0 || may_be_blank(s)))
        return 0;
    if (n == 0)
        return 1;
    switch (f->check) {
    case NONE: return 1;
    case IN_SET: return PySet_Contains(f->good, text);
    case AMOUNT:
    case POSITIVE: {
        int zero = 1;
        for (Py_ssize_t i = 0; i < n; i++) {
            if (s[i] == '.')
                whole = i;
            else if (s[i] != '0')
                zero = 0;
        }
        return whole <= c->limit && !(zero && f->check == POSITIVE);
    }
    case DAY: case PAST_DAY: return is_dated(c, s, n, 0, f->check == PAST_DAY);
    case STAMP: case PAST_STAMP: return is_dated(c, s, n, 1, f->check == PAST_STAMP);
    case GOODS: return n == 10 && digits(s, n);
    case PERSON: return is_person(s, n);
    default: return 0;
    }
}

/* Whether the schema takes the value as it stands; `size` in characters. */
static int is_valid(const Field *f, const char *s, Py_ssize_t n, Py_ssize_t size, int white)
{
    if (f->kind == TEXT || f->kind == FOLDED)
        return size >= f->low && (f->high < 0 || size <= f->high) && !(white && f->kind == FOLDED);
    if (f->kind == FIXED)
        return n == PyBytes_GET_SIZE(f->fixed) && memcmp(s, PyBytes_AS_STRING(f->fixed), (size_t)n) == 0;
    if (f->kind == NUMBER) {
        Py_ssize_t whole = 0, rest;
        while (whole < n && s[whole] >= '0' && s[whole] <= '9')
            whole++;
        if (whole < 1 || whole > f->low)
            return 0;
        if (whole == n)
            return 1;
        rest = n - whole - 1;
        return s[whole] == '.' && rest >= 1 && rest <= f->high && digits(s + whole + 1, rest);
    }
    return 0;
}

/* U+FFFE and U+FFFF are well-formed UTF-8, yet not XML. */
static int has_no_character(const char *s, Py_ssize_t n)
{
    for (Py_ssize_t i = 0; i + 2 < n; i++)
        if ((unsigned char)s[i] == 0xef && (unsigned char)s[i + 1] == 0xbf && (unsigned char)s[i + 2] >= 0xbe)
            return 1;
    return 0;
}

/* The value at the cursor, up to its end tag: a new reference; NULL with or without an exception where not regular. */
static PyObject *value(Cursor *c, const Field *f, Last *last, int *good)
{
    const char *start = c->at, *p = start;
    Py_ssize_t n, breaks = 0;
    PyObject *text;
    int high = 0, white = 0, told;
    if (last->text && starts(c, last->start, last->size) && c->end - p > last->size && p[last->size] == '<') {
        c->at += last->size;
        if (!literal(c, f->close, f->close_size))
            return NULL;
        *good &= last->good;
        Py_INCREF(last->text);
        return last->text;
    }
    for (;; p++) {
        if (p == c->end)
            return NULL;
        switch (classes[(unsigned char)*p]) {
        case 0: continue;
        case 2: return NULL;
        case 3: breaks++; /* fall through */
        case 4: white = 1; continue;
        case 5: high = 1; continue;
        }
        break;
    }
    n = p - start;
    c->at = p;
    if (!literal(c, f->close, f->close_size))
        return NULL;
    text = high ? PyUnicode_DecodeUTF8(start, n, NULL) : PyUnicode_FromStringAndSize(start, n);
    if (text == NULL)
        return NULL;
    if ((high && has_no_character(start, n)) || !is_valid(f, start, n, PyUnicode_GET_LENGTH(text), white)) {
        Py_DECREF(text);
        return NULL;
    }
    told = is_good(c, f, start, n, text);
    if (told < 0) {
        Py_DECREF(text);
        return NULL;
    }
    *good &= told;
    c->breaks += breaks;
    /* a value with line feeds is not remembered: they are counted each time */
    *last = (Last){start, n, breaks ? NULL : text, told};
    return text;
}

/* The part at the cursor as a dict: a new reference; NULL with or without an exception. */
static PyObject *take_part(Cursor *c, const Part *part, Last *lasts, int *good)
{
    PyObject *told;
    if (!literal(c, part->open, part->open_size))
        return NULL;
    gap(c);
    told = PyDict_Copy(part->empty);
    if (told == NULL)
        return NULL;
    for (Py_ssize_t i = 0; i < part->count; i++) {
        const Field *f = &part->fields[i];
        PyObject *text;
        int failed;
        if (!literal(c, f->open, f->open_size)) {
            lasts[i].text = NULL;
            if (f->required || PyDict_DelItem(told, f->name) < 0)
                goto fail;
            continue;
        }
        text = value(c, f, &lasts[i], good);
        if (text == NULL)
            goto fail;
        failed = PyDict_SetItem(told, f->name, text) < 0;
        Py_DECREF(text);
        if (failed)
            goto fail;
        gap(c);
    }
    if (!literal(c, part->close, part->close_size))
        goto fail;
    gap(c);
    return told;
fail:
    Py_DECREF(told);
    return NULL;
}

/* One document appended to `documents`: 1 done, 0 not regular or an exception. */
static int take_document(Parser *self, Cursor *c, Last *heads, Last *lines, PyObject *documents)
{
    Py_ssize_t before = c->breaks, count;
    int good = 1, failed;
    PyObject *head = NULL, *rows = NULL, *row, *all;
    if (!self->flat) {
        if (!literal(c, self->open, self->open_size))
            return 0;
        gap(c);
    }
    head = take_part(c, &self->head, heads, &good);
    rows = head ? PyList_New(0) : NULL;
    if (rows == NULL)
        goto fail;
    while (self->has_lines && starts(c, self->lines.open, self->lines.open_size)) {
        row = take_part(c, &self->lines, lines, &good);
        if (row == NULL)
            goto fail;
        failed = PyList_Append(rows, row) < 0;
        Py_DECREF(row);
        if (failed)
            goto fail;
    }
    count = PyList_GET_SIZE(rows);
    if (self->has_lines && (count < self->lines.low || (self->lines.high >= 0 && count > self->lines.high)))
        goto fail;
    if (!self->flat) {
        if (!literal(c, self->close, self->close_size))
            goto fail;
        gap(c);
    }
    all = Py_BuildValue("(NNOn)", head, rows, good ? Py_True : Py_False, before);
    if (all == NULL)
        return 0;
    failed = PyList_Append(documents, all) < 0;
    Py_DECREF(all);
    return !failed;
fail:
    Py_XDECREF(head), Py_XDECREF(rows);
    return 0;
}

static PyObject *parser_take(Parser *self, PyObject *args)
{
    const char *raw, *day;
    Py_ssize_t size, start, day_size, limit;
    Last heads[MOST_FIELDS], lines[MOST_FIELDS];
    PyObject *documents;
    if (!PyArg_ParseTuple(args, "y#ny#n", &raw, &size, &start, &day, &day_size, &limit))
        return NULL;
    if (start < 0 || start > size || day_size != 8) {
        PyErr_SetString(PyExc_ValueError, "start must lie in the message and the day have eight digits");
        return NULL;
    }
    Cursor c = {raw + start, raw + size, 0, day, limit};
    memset(heads, 0, sizeof heads);
    memset(lines, 0, sizeof lines);
    documents = PyList_New(0);
    if (documents == NULL)
        return NULL;
    gap(&c);
    const char *open = self->flat ? self->head.open : self->open;
    Py_ssize_t open_size = self->flat ? self->head.open_size : self->open_size;
    while (starts(&c, open, open_size)) {
        if (!take_document(self, &c, heads, lines, documents)) {
            Py_DECREF(documents);
            if (PyErr_Occurred() && !PyErr_ExceptionMatches(PyExc_UnicodeDecodeError))
                return NULL;
            PyErr_Clear();
            Py_RETURN_NONE;
        }
    }
    return Py_BuildValue("(Nnn)", documents, (Py_ssize_t)(c.at - raw), c.breaks);
}

/* "<tag></tag>" as owned bytes and where its halves are. */
static PyObject *tags_of(const char *prefix, const char *name, const char **open, Py_ssize_t *open_size,
                         const char **close, Py_ssize_t *close_size)
{
    PyObject *tags = PyBytes_FromFormat("<%s%s></%s%s>", prefix, name, prefix, name);
    if (tags != NULL) {
        *open_size = (Py_ssize_t)(strlen(prefix) + strlen(name) + 2);
        *close_size = *open_size + 1;
        *open = PyBytes_AS_STRING(tags);
        *close = *open + *open_size;
    }
    return tags;
}

static int fill_part(Part *part, const char *prefix, PyObject *told)
{
    const char *tag;
    PyObject *fields;
    if (!PyArg_ParseTuple(told, "snnO!", &tag, &part->low, &part->high, &PyTuple_Type, &fields))
        return -1;
    if (PyTuple_GET_SIZE(fields) > MOST_FIELDS) {
        PyErr_SetString(PyExc_ValueError, "too many fields");
        return -1;
    }
    part->tags = tags_of(prefix, tag, &part->open, &part->open_size, &part->close, &part->close_size);
    part->empty = PyDict_New();
    part->fields = PyMem_Calloc((size_t)PyTuple_GET_SIZE(fields) + 1, sizeof(Field));
    if (part->tags == NULL || part->empty == NULL || part->fields == NULL)
        return -1;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(fields); i++) {
        Field *f = &part->fields[i];
        const char *name;
        PyObject *fixed, *good;
        if (!PyArg_ParseTuple(PyTuple_GET_ITEM(fields, i), "spinnOiOp", &name, &f->required, &f->kind, &f->low,
                              &f->high, &fixed, &f->check, &good, &f->needed))
            return -1;
        if ((f->kind == FIXED && !PyBytes_Check(fixed)) || (f->check == IN_SET && !PyAnySet_Check(good))) {
            PyErr_SetString(PyExc_TypeError, "a fixed value is bytes, good values are a set");
            return -1;
        }
        part->count = i + 1;
        f->fixed = Py_NewRef(fixed);
        f->good = Py_NewRef(good);
        f->name = PyUnicode_InternFromString(name);
        f->tags = tags_of(prefix, name, &f->open, &f->open_size, &f->close, &f->close_size);
        if (f->name == NULL || f->tags == NULL || PyDict_SetItem(part->empty, f->name, Py_None) < 0)
            return -1;
    }
    return 0;
}

static void free_part(Part *part)
{
    for (Py_ssize_t i = 0; i < part->count; i++) {
        Py_XDECREF(part->fields[i].name);
        Py_XDECREF(part->fields[i].tags);
        Py_XDECREF(part->fields[i].fixed);
        Py_XDECREF(part->fields[i].good);
    }
    PyMem_Free(part->fields);
    Py_XDECREF(part->tags), Py_XDECREF(part->empty);
}

static int parser_init(Parser *self, PyObject *args, PyObject *kwargs)
{
    const char *prefix, *node;
    PyObject *head, *lines;
    if (self->tags != NULL || self->head.tags != NULL) {
        PyErr_SetString(PyExc_TypeError, "a parser is made once");
        return -1;
    }
    if (!PyArg_ParseTuple(args, "sspO!O", &prefix, &node, &self->flat, &PyTuple_Type, &head, &lines))
        return -1;
    self->tags = tags_of(prefix, node, &self->open, &self->open_size, &self->close, &self->close_size);
    if (self->tags == NULL || fill_part(&self->head, prefix, head) < 0)
        return -1;
    if (lines != Py_None && fill_part(&self->lines, prefix, lines) < 0)
        return -1;
    self->has_lines = lines != Py_None;
    return 0;
}

static void parser_dealloc(Parser *self)
{
    PyTypeObject *type = Py_TYPE(self);
    free_part(&self->head);
    free_part(&self->lines);
    Py_XDECREF(self->tags);
    type->tp_free((PyObject *)self);
    Py_DECREF(type);
}

static PyMethodDef parser_methods[] = {
    {"take", (PyCFunction)parser_take, METH_VARARGS, "take(raw, start, day, limit): the documents, or None."},
    {NULL, NULL, 0, NULL} };
static PyType_Slot parser_slots[] = {
    {Py_tp_init, parser_init}, {Py_tp_dealloc, parser_dealloc}, {Py_tp_methods, parser_methods},
    {Py_tp_new, PyType_GenericNew}, {0, NULL} };
static PyType_Spec parser_spec = {
    "pilotzone.exchange.formats._regular.Parser", sizeof(Parser), 0, Py_TPFLAGS_DEFAULT, parser_slots };

static int fill_module(PyObject *module)
{
    fill_classes();
    PyObject *type = PyType_FromSpec(&parser_spec);
    if (type == NULL)
        return -1;
    int failed = PyModule_AddObjectRef(module, "Parser", type);
    Py_DECREF(type);
    return failed;
}

static PyModuleDef_Slot module_slots[] = {{Py_mod_exec, fill_module}, {0, NULL}};
static PyModuleDef module = {PyModuleDef_HEAD_INIT, "_regular", NULL, 0, NULL, module_slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__regular(void) { return PyModuleDef_Init(&module); }
