/* Verifies SM2 signatures (GB/T 32918.2 §7 on the curve of GB/T 32918.5), for `sm2_compiled`.
 *
 * It knows public values only: keys, signatures, digests. No secret number ever comes here, so its time may depend
 * on the values. What it does not accept is asked of the library, and a sample of what it accepts.
 *
 * Numbers are four limbs of 64 bits, the lowest first; coordinates are in Montgomery form x·2^256 mod p, always
 * below p. A point is (X, Y, Z) with x = X/Z², y = Y/Z³, infinity has Z = 0. Sums are right for all points: the same
 * point twice is doubled, opposite points give infinity. The group has prime order: no point doubles to infinity.
 *
 * s·G + t·P by a comb (Lim and Lee, CRYPTO '94) of eight teeth 32 bits apart: entry k of a table is the sum of the
 * 2^(32·j)·P for which bit j of k is set, 255 points. No entry is infinity: the sums of teeth are below n.
 *
 * Safety: fixed sizes everywhere, lengths are checked at the door, a table is made here or not at all and never
 * changes. The interpreter lock is held throughout.
 *
 * table(point) -> Table                    point x‖y, 64 bytes; ValueError: not on the curve
 * holds(table, e, r, s) -> bool            e the digest of Z and message, r and s the signature, 32 bytes each
 * combination(table, s, t) -> x‖y or None  s·G + t·P, None for infinity; the numbers below 2^256
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <string.h>

#ifndef __SIZEOF_INT128__
#error "a compiler with 128 bit numbers is needed"
#endif
#if defined(__x86_64__) && !defined(PORTABLE)
#include <immintrin.h>
#define CARRY_CHAINS
#endif

typedef unsigned long long u64;
__extension__ typedef unsigned __int128 u128;
typedef unsigned char Carry;  /* 0 or 1 */
typedef struct { u64 l[4]; } Number;
typedef struct { Number x, y; } Affine;
typedef struct { Number x, y, z; } Point;

enum { TEETH = 8, APART = 32, ENTRIES = (1 << TEETH) - 1 };

typedef struct { PyObject_HEAD Affine entries[ENTRIES]; } Table;
typedef struct { PyTypeObject *type; Table *base; } State;  /* the type of tables, and the table of G */

static const Number P = {{0xFFFFFFFFFFFFFFFF, 0xFFFFFFFF00000000, 0xFFFFFFFFFFFFFFFF, 0xFFFFFFFEFFFFFFFF}};
static const Number N = {{0x53BBF40939D54123, 0x7203DF6B21C6052B, 0xFFFFFFFFFFFFFFFF, 0xFFFFFFFEFFFFFFFF}};
static const Number ONE = {{1, 0x00000000FFFFFFFF, 0, 0x0000000100000000}};       /* 2^256 mod p */
static const Number SQUARE = {{0x0000000200000003, 0x00000002FFFFFFFF, 0x0000000100000001, 0x0000000400000002}};
static const Number B = {{0xDDBCBD414D940E93, 0xF39789F515AB8F92, 0x4D5A9E4BCF6509A7, 0x28E9FA9E9D9F5E34}};
static const unsigned char G[64] = {
    0x32, 0xC4, 0xAE, 0x2C, 0x1F, 0x19, 0x81, 0x19, 0x5F, 0x99, 0x04, 0x46, 0x6A, 0x39, 0xC9, 0x94,
    0x8F, 0xE3, 0x0B, 0xBF, 0xF2, 0x66, 0x0B, 0xE1, 0x71, 0x5A, 0x45, 0x89, 0x33, 0x4C, 0x74, 0xC7,
    0xBC, 0x37, 0x36, 0xA2, 0xF4, 0xF6, 0x77, 0x9C, 0x59, 0xBD, 0xCE, 0xE3, 0x6B, 0x69, 0x21, 0x53,
    0xD0, 0xA9, 0x87, 0x7C, 0xC6, 0x2A, 0x47, 0x40, 0x02, 0xDF, 0x32, 0xE5, 0x21, 0x39, 0xF0, 0xA0};

/* ---- plain numbers of 256 bits ---- */

/* r = a + b + carry; the new carry. */
static inline Carry add_limb(Carry carry, u64 a, u64 b, u64 *r)
{
#ifdef CARRY_CHAINS
    return _addcarry_u64(carry, a, b, r);
#else
    u128 sum = (u128)a + b + carry;
    return *r = (u64)sum, (Carry)(sum >> 64);
#endif
}

/* r = a - b - borrow; the new borrow. */
static inline Carry subtract_limb(Carry borrow, u64 a, u64 b, u64 *r)
{
#ifdef CARRY_CHAINS
    return _subborrow_u64(borrow, a, b, r);
#else
    u128 difference = (u128)a - b - borrow;
    return *r = (u64)difference, (Carry)(difference >> 64 & 1);
#endif
}

/* The four limbs of a + b + carry and of a - b; the carry. */
static inline Carry plus(Carry carry, u64 *r, const u64 *a, const u64 *b)
{
    carry = add_limb(carry, a[0], b[0], &r[0]), carry = add_limb(carry, a[1], b[1], &r[1]);
    carry = add_limb(carry, a[2], b[2], &r[2]);
    return add_limb(carry, a[3], b[3], &r[3]);
}

static inline Carry minus(u64 *r, const u64 *a, const u64 *b)
{
    Carry borrow = subtract_limb(0, a[0], b[0], &r[0]);
    borrow = subtract_limb(borrow, a[1], b[1], &r[1]), borrow = subtract_limb(borrow, a[2], b[2], &r[2]);
    return subtract_limb(borrow, a[3], b[3], &r[3]);
}

static inline int below(const Number *a, const Number *b)
{
    u64 unused[4];
    return minus(unused, a->l, b->l);
}

static inline int is_zero(const Number *a) { return (a->l[0] | a->l[1] | a->l[2] | a->l[3]) == 0; }
static inline int same(const Number *a, const Number *b)
{
    return ((a->l[0] ^ b->l[0]) | (a->l[1] ^ b->l[1]) | (a->l[2] ^ b->l[2]) | (a->l[3] ^ b->l[3])) == 0;
}

static void read_number(Number *r, const unsigned char *bytes)
{
    memset(r, 0, sizeof *r);
    for (int i = 0; i < 32; i++)
        r->l[3 - i / 8] = r->l[3 - i / 8] << 8 | bytes[i];
}

static void write_number(unsigned char *bytes, const Number *a)
{
    for (int i = 0; i < 32; i++)
        bytes[31 - i] = (unsigned char)(a->l[i / 8] >> (i % 8 * 8));
}

/* r = a, and m where `add` is 1 */
static inline void add_back(Number *r, const u64 *a, Carry add, const Number *m)
{
    u64 mask = 0 - (u64)add, back[4] = {m->l[0] & mask, m->l[1] & mask, m->l[2] & mask, m->l[3] & mask};
    plus(0, r->l, a, back);
}

/* `sum`, and 2^256 where carry is 1, less m where that is not negative: the sum of two numbers below m > 2^255. */
static inline void below_modulus(Number *r, Carry carry, const u64 *sum, const Number *m)
{
    u64 less[4], unused;
    Carry borrow = minus(less, sum, m->l);
    add_back(r, less, subtract_limb(borrow, carry, 0, &unused), m);
}

static inline void add_modulo(Number *r, const Number *a, const Number *b, const Number *m)
{
    u64 sum[4];
    Carry carry = plus(0, sum, a->l, b->l);
    below_modulus(r, carry, sum, m);
}

static inline void subtract_modulo(Number *r, const Number *a, const Number *b, const Number *m)
{
    u64 difference[4];
    Carry borrow = minus(difference, a->l, b->l);
    add_back(r, difference, borrow, m);
}

/* ---- coordinates modulo p ---- */

static inline void add(Number *r, const Number *a, const Number *b) { add_modulo(r, a, b, &P); }
static inline void subtract(Number *r, const Number *a, const Number *b) { subtract_modulo(r, a, b, &P); }

/* Makes the limb t[0] nought by adding t[0]·p, and `carry` to t[4]; the carry out of t[4].
 * p = 2^256 - 2^224 - 2^96 + 2^64 - 1: t[0] goes away, and the limbs 1 to 4 gain (m, 0, 0, m) - (m·2^32, m·2^32). */
static inline Carry reduce_limb(u64 *t, Carry carry)
{
    u64 m = t[0], low = m << 32, high = m >> 32, more[4], top;
    Carry borrow = subtract_limb(0, m, low, &more[0]);
    borrow = subtract_limb(borrow, 0, high, &more[1]), borrow = subtract_limb(borrow, 0, low, &more[2]);
    subtract_limb(borrow, m, high, &more[3]);
    Carry out = add_limb(0, t[4], carry, &top);
    t[4] = top;
    return out + plus(0, t + 1, t + 1, more);
}

/* t/2^256 modulo p of the eight limbs of t < p². */
static inline void reduce(Number *r, u64 *t)
{
    Carry carry = reduce_limb(t, 0);
    carry = reduce_limb(t + 1, carry), carry = reduce_limb(t + 2, carry), carry = reduce_limb(t + 3, carry);
    below_modulus(r, carry, t + 4, &P);
}

static inline u64 product(u64 a, u64 b, u64 *high)
{
    u128 both = (u128)a * b;
    return *high = (u64)(both >> 64), (u64)both;
}

/* t[0..4] = t[0..3] + a·b */
static inline void multiply_limb(u64 *t, const u64 *a, u64 b)
{
    u64 low[4], high[4];
    low[0] = product(a[0], b, &high[0]), low[1] = product(a[1], b, &high[1]);
    low[2] = product(a[2], b, &high[2]), low[3] = product(a[3], b, &high[3]);
    Carry carry = add_limb(0, low[1], high[0], &low[1]);
    carry = add_limb(carry, low[2], high[1], &low[2]), carry = add_limb(carry, low[3], high[2], &low[3]);
    add_limb(carry, high[3], 0, &high[3]);
    t[4] = high[3] + plus(0, t, t, low);
}

static void multiply(Number *r, const Number *a, const Number *b)
{
    u64 t[8] = {0};
    multiply_limb(t, a->l, b->l[0]), multiply_limb(t + 1, a->l, b->l[1]);
    multiply_limb(t + 2, a->l, b->l[2]), multiply_limb(t + 3, a->l, b->l[3]);
    reduce(r, t);
}

static void square(Number *r, const Number *a) { multiply(r, a, a); }

/* 1/a as a^(p-2); 0 of 0. */
static void invert(Number *r, const Number *a)
{
    Number power = ONE, exponent = P;
    exponent.l[0] -= 2;
    for (int bit = 255; bit >= 0; bit--) {
        square(&power, &power);
        if (exponent.l[bit / 64] >> bit % 64 & 1)
            multiply(&power, &power, a);
    }
    *r = power;
}

/* ---- points ---- */

/* y² = x³ - 3x + b, of coordinates below p as they are written; the point in Montgomery form. */
static int on_curve(Affine *r, const unsigned char *bytes)
{
    Number x, y, left, right, b;
    read_number(&x, bytes), read_number(&y, bytes + 32);
    if (!below(&x, &P) || !below(&y, &P))
        return 0;
    multiply(&r->x, &x, &SQUARE), multiply(&r->y, &y, &SQUARE), multiply(&b, &B, &SQUARE);
    square(&left, &r->y), square(&right, &r->x);
    for (int i = 0; i < 3; i++)
        subtract(&right, &right, &ONE);
    multiply(&right, &right, &r->x);
    add(&right, &right, &b);
    return same(&left, &right);
}

/* 2·a with the coefficient -3 of the curve (dbl-2001-b of the Explicit-Formulas Database). */
static void twice(Point *r, const Point *a)
{
    Number delta, gamma, beta, alpha, one, other;
    square(&delta, &a->z), square(&gamma, &a->y), multiply(&beta, &a->x, &gamma);
    subtract(&one, &a->x, &delta), add(&other, &a->x, &delta), multiply(&alpha, &one, &other);
    add(&one, &alpha, &alpha), add(&alpha, &alpha, &one);
    add(&one, &a->y, &a->z), square(&one, &one);
    subtract(&one, &one, &gamma), subtract(&r->z, &one, &delta);
    add(&beta, &beta, &beta), add(&beta, &beta, &beta);
    square(&one, &alpha), add(&other, &beta, &beta);
    subtract(&r->x, &one, &other);
    square(&gamma, &gamma), add(&gamma, &gamma, &gamma), add(&gamma, &gamma, &gamma), add(&gamma, &gamma, &gamma);
    subtract(&one, &beta, &r->x), multiply(&one, &one, &alpha);
    subtract(&r->y, &one, &gamma);
}

/* a += b, whatever the two are. */
static void add_affine(Point *a, const Affine *b)
{
    Number zz, h, slope, hh, hhh, v;
    if (is_zero(&a->z)) {
        a->x = b->x, a->y = b->y, a->z = ONE;
        return;
    }
    square(&zz, &a->z);
    multiply(&h, &b->x, &zz), subtract(&h, &h, &a->x);
    multiply(&slope, &b->y, &zz), multiply(&slope, &slope, &a->z), subtract(&slope, &slope, &a->y);
    if (is_zero(&h) && is_zero(&slope)) {
        twice(a, a);
        return;
    }
    square(&hh, &h), multiply(&hhh, &hh, &h), multiply(&v, &a->x, &hh);
    multiply(&a->z, &a->z, &h);        /* nought, infinity, for opposite points */
    multiply(&hh, &a->y, &hhh);
    square(&a->x, &slope), subtract(&a->x, &a->x, &hhh);
    subtract(&a->x, &a->x, &v), subtract(&a->x, &a->x, &v);
    subtract(&v, &v, &a->x), multiply(&v, &v, &slope);
    subtract(&a->y, &v, &hh);
}

/* Affine forms of `count` points none of which is infinity, with one inversion; at most ENTRIES. */
static void to_affine(Affine *r, const Point *points, int count)
{
    Number before[ENTRIES], product = ONE, inverse, zz;
    for (int i = 0; i < count; i++)
        before[i] = product, multiply(&product, &product, &points[i].z);
    invert(&product, &product);
    for (int i = count - 1; i >= 0; i--) {
        multiply(&inverse, &product, &before[i]);
        multiply(&product, &product, &points[i].z);
        square(&zz, &inverse);
        multiply(&r[i].x, &points[i].x, &zz);
        multiply(&zz, &zz, &inverse), multiply(&r[i].y, &points[i].y, &zz);
    }
}

static void fill_table(Affine *entries, const Affine *point)
{
    Point sums[ENTRIES], powers[TEETH];
    Affine teeth[TEETH];
    powers[0].x = point->x, powers[0].y = point->y, powers[0].z = ONE;
    for (int j = 1; j < TEETH; j++) {
        powers[j] = powers[j - 1];
        for (int i = 0; i < APART; i++)
            twice(&powers[j], &powers[j]);
    }
    to_affine(teeth, powers, TEETH);
    for (int j = 0; j < TEETH; j++) {
        int tooth = 1 << j;
        memset(&sums[tooth - 1], 0, sizeof(Point));
        for (int k = 0; k < tooth; k++) {
            if (k > 0)
                sums[tooth + k - 1] = sums[k - 1];
            add_affine(&sums[tooth + k - 1], &teeth[j]);
        }
    }
    to_affine(entries, sums, ENTRIES);
}

/* Adds the entry of the bits `column`, `column` + 32, ... of the number. */
static inline void add_column(Point *sum, const Table *table, const Number *number, int column)
{
    unsigned entry = 0;
    for (int i = 0; i < 4; i++)
        entry |= (unsigned)(number->l[i] >> column & 1) << 2 * i
               | (unsigned)(number->l[i] >> (column + APART) & 1) << (2 * i + 1);
    if (entry != 0)
        add_affine(sum, &table->entries[entry - 1]);
}

/* s·G + t·P */
static void combine(Point *r, const Table *base, const Number *s, const Table *key, const Number *t)
{
    memset(r, 0, sizeof(Point));
    for (int column = APART - 1; column >= 0; column--) {
        if (!is_zero(&r->z))
            twice(r, r);
        add_column(r, base, s, column);
        add_column(r, key, t, column);
    }
}

/* Whether x, as it is written, is the coordinate of the finite point. */
static int has_x(const Point *point, const Number *x)
{
    Number scaled, zz;
    multiply(&scaled, x, &SQUARE), square(&zz, &point->z), multiply(&scaled, &scaled, &zz);
    return same(&scaled, &point->x);
}

/* GB/T 32918.2 §7.1, B1 to B7 with e as given. */
static int signature_holds(const Table *base, const Table *key, Number e, const Number *r, const Number *s)
{
    Number t, x;
    Point point;
    if (is_zero(r) || is_zero(s) || !below(r, &N) || !below(s, &N))
        return 0;
    add_modulo(&t, r, s, &N);
    if (is_zero(&t))
        return 0;
    combine(&point, base, s, key, &t);
    if (is_zero(&point.z))
        return 0;
    if (!below(&e, &N))
        minus(e.l, e.l, N.l);          /* 2^256 is below 2n */
    subtract_modulo(&x, r, &e, &N);    /* x is this, or this and n where that is below p */
    return has_x(&point, &x) || (plus(0, x.l, x.l, N.l) == 0 && below(&x, &P) && has_x(&point, &x));
}

/* ---- the door ---- */

/* The bytes of an argument that must be `size` of them; NULL and the error for others. */
static const unsigned char *exactly(PyObject *value, Py_ssize_t size, const char *name)
{
    if (!PyBytes_Check(value)) {
        PyErr_Format(PyExc_TypeError, "%s must be bytes, not %s", name, Py_TYPE(value)->tp_name);
        return NULL;
    }
    if (PyBytes_GET_SIZE(value) != size) {
        PyErr_Format(PyExc_ValueError, "%s must be %zd bytes", name, size);
        return NULL;
    }
    return (const unsigned char *)PyBytes_AS_STRING(value);
}

static int number_of(Number *r, PyObject *value, const char *name)
{
    const unsigned char *bytes = exactly(value, 32, name);
    return bytes != NULL && (read_number(r, bytes), 1);
}

static Table *table_of(const State *state, const unsigned char *bytes)
{
    Affine point;
    if (!on_curve(&point, bytes)) {
        PyErr_SetString(PyExc_ValueError, "the point is not on the curve");
        return NULL;
    }
    Table *made = PyObject_New(Table, state->type);
    if (made != NULL)
        fill_table(made->entries, &point);
    return made;
}

/* The table among the arguments, whose number must be `count`; borrowed, NULL and the error else. */
static const Table *table_in(const State *state, PyObject *const *args, Py_ssize_t given, Py_ssize_t count)
{
    if (given != count) {
        PyErr_Format(PyExc_TypeError, "%zd arguments are needed", count);
        return NULL;
    }
    if (!Py_IS_TYPE(args[0], state->type)) {
        PyErr_SetString(PyExc_TypeError, "the first argument must be a table");
        return NULL;
    }
    return (const Table *)args[0];
}

static PyObject *module_table(PyObject *module, PyObject *point)
{
    const unsigned char *bytes = exactly(point, 64, "point");
    return bytes == NULL ? NULL : (PyObject *)table_of(PyModule_GetState(module), bytes);
}

static PyObject *module_holds(PyObject *module, PyObject *const *args, Py_ssize_t given)
{
    const State *state = PyModule_GetState(module);
    const Table *key = table_in(state, args, given, 4);
    Number e, r, s;
    if (key == NULL || !number_of(&e, args[1], "e") || !number_of(&r, args[2], "r") || !number_of(&s, args[3], "s"))
        return NULL;
    return PyBool_FromLong(signature_holds(state->base, key, e, &r, &s));
}

static PyObject *module_combination(PyObject *module, PyObject *const *args, Py_ssize_t given)
{
    const State *state = PyModule_GetState(module);
    const Table *key = table_in(state, args, given, 3);
    static const Number plain = {{1, 0, 0, 0}};
    unsigned char bytes[64];
    Number s, t;
    Point point;
    Affine affine;
    if (key == NULL || !number_of(&s, args[1], "s") || !number_of(&t, args[2], "t"))
        return NULL;
    combine(&point, state->base, &s, key, &t);
    if (is_zero(&point.z))
        Py_RETURN_NONE;
    to_affine(&affine, &point, 1);
    multiply(&affine.x, &affine.x, &plain), multiply(&affine.y, &affine.y, &plain);
    write_number(bytes, &affine.x), write_number(bytes + 32, &affine.y);
    return PyBytes_FromStringAndSize((const char *)bytes, sizeof bytes);
}

static void table_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_Free(self);
    Py_DECREF(type);
}

static PyType_Slot table_slots[] = {{Py_tp_dealloc, table_dealloc}, {0, NULL}};
static PyType_Spec table_spec = {
    "pilotzone.exchange.signing._sm2p256.Table", sizeof(Table), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE, table_slots };

static int fill_module(PyObject *module)
{
    State *state = PyModule_GetState(module);
    state->type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &table_spec, NULL);
    state->base = state->type == NULL ? NULL : table_of(state, G);
    return state->base == NULL ? -1 : 0;
}

static int module_traverse(PyObject *module, visitproc visit, void *arg)
{
    State *state = PyModule_GetState(module);
    Py_VISIT(state->type);
    Py_VISIT(state->base);
    return 0;
}

static int module_clear(PyObject *module)
{
    State *state = PyModule_GetState(module);
    Py_CLEAR(state->base);
    Py_CLEAR(state->type);
    return 0;
}

static void module_free(void *module) { module_clear(module); }

static PyMethodDef module_methods[] = {
    {"table", module_table, METH_O, "table(point): the table of a public key x‖y."},
    {"holds", (PyCFunction)(void (*)(void))module_holds, METH_FASTCALL, "holds(table, e, r, s): the signature holds."},
    {"combination", (PyCFunction)(void (*)(void))module_combination, METH_FASTCALL,
     "combination(table, s, t): s·G + t·P as x‖y, None for infinity."},
    {NULL, NULL, 0, NULL} };
static PyModuleDef_Slot module_slots[] = {{Py_mod_exec, fill_module}, {0, NULL}};
static PyModuleDef module = {PyModuleDef_HEAD_INIT, "_sm2p256", NULL, sizeof(State), module_methods, module_slots,
                             module_traverse, module_clear, module_free};

PyMODINIT_FUNC PyInit__sm2p256(void) { return PyModuleDef_Init(&module); }
