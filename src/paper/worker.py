# What the child of the press runs (python3 -I -B -c): a sheet comes in, a PDF goes out. It is given to
# Python by the program itself, so that the two are of one version and no file can be put in its place.
import ctypes.util
import io
import logging
import sys
import tempfile
import unicodedata

NO_PROGRAM, NO_MEMORY = 3, 4

# It would ask compilers and linkers where a library is; the loader knows.
ctypes.util.find_library = lambda name: None
# It would keep fonts of web pages in a folder; there are none, and nothing can be written.
tempfile.mkdtemp = lambda *rest, **named: '/nowhere/fonts'
try:
    import weasyprint
    from weasyprint import draw
    from weasyprint.pdf import VARIANTS, pdfa, pdfua
    from weasyprint.text.ffi import ffi, pango
    from weasyprint.text.line_break import Layout
    import pydyf
except (ImportError, OSError) as error:
    print(error, file=sys.stderr)
    sys.exit(NO_PROGRAM)
if weasyprint.__version__.split('.')[0] != '57':
    print('WeasyPrint', weasyprint.__version__, file=sys.stderr)
    sys.exit(NO_PROGRAM)


def read_sheet(source):
    """The parts by name, and the attached files: (name, type, words, content)."""
    lines = []
    while line := source.readline().decode().rstrip('\n'):
        lines.append(line.split(' '))
    parts, files = {}, []
    for name, *rest in lines:
        if name == 'identifier':
            parts[name] = rest[0]
        elif name == 'file':
            files.append((rest[1], rest[2], ' '.join(rest[3:]), source.read(int(rest[0]))))
        else:
            parts[name] = source.read(int(rest[0])).decode()
    return parts, files


def refuse(url, *rest, **named):
    raise ValueError('no address is followed')


# --- Words that are read from the right, of which WeasyPrint 57 knows next to nothing -----------------

def direct(root):
    """Gives dir="auto" the direction of its first letter that has one (HTML 3.2.6.4)."""
    for element in root.iter():
        if element.get('dir') == 'auto':
            letters = map(unicodedata.bidirectional, ''.join(element.itertext()))
            first = next((one for one in letters if one in ('L', 'R', 'AL')), 'L')
            element.set('dir', 'ltr' if first == 'L' else 'rtl')


# It would have each line guess its direction from the letter that it happens to begin with.
ffi.cdef('''
    void pango_context_set_base_dir (PangoContext *context, int direction);
    void pango_layout_set_auto_dir (PangoLayout *layout, int auto_dir);
''')
set_up = Layout.setup


def set_up_directed(layout, context, font_size, style):
    set_up(layout, context, font_size, style)
    pango.pango_context_set_base_dir(
        pango.pango_layout_get_context(layout.layout), int(style['direction'] == 'rtl'))
    pango.pango_layout_set_auto_dir(layout.layout, 0)


Layout.setup = set_up_directed


# A bracket that is read from the right is drawn with the glyph of the other one.
MIRRORED = str.maketrans('()[]{}<>\u00ab\u00bb', ')(][}{><\u00bb\u00ab')


def say_glyphs(stream, line, text):
    """Which letters a glyph is, for who copies or searches. WeasyPrint would take glyphs to stand in
    the order of their letters; what is known of one before it draws it stays."""
    run = line.runs[0]
    while run != ffi.NULL:
        item, glyphs = run.data.item, run.data.glyphs
        starts = [glyphs.log_clusters[i] for i in range(glyphs.num_glyphs)]
        ends = dict(zip(sorted(set(starts)), [*sorted(set(starts))[1:], item.length]))
        letters = stream.add_font(item.analysis.font).cmap
        before = None
        for i, start in enumerate(starts):
            glyph = glyphs.glyphs[i].glyph
            if glyph == pango.PANGO_GLYPH_EMPTY or glyph & pango.PANGO_GLYPH_UNKNOWN_FLAG:
                continue
            whole = text[item.offset + start:item.offset + ends[start]].decode()
            if item.analysis.level % 2:
                whole = whole.translate(MIRRORED)
            letters.setdefault(glyph, whole if start != before else '')
            before = start
        run = run.next


draw_line = draw.draw_first_line


def draw_line_said(stream, textbox, *rest, **named):
    if textbox.style['font_size'] > 0:
        layout = textbox.pango_layout
        pango.pango_layout_set_single_paragraph_mode(layout.layout, True)
        say_glyphs(stream, layout.get_first_line()[0], layout.text.encode())
    return draw_line(stream, textbox, *rest, **named)


draw.draw_first_line = draw_line_said


# --- The PDF ------------------------------------------------------------------------------------

def tagged(pdf, metadata, document, page_streams):
    """PDF/A-3b, with the structure that only the variant for PDF/UA makes."""
    above = {child: element for element in document._html.etree_element.iter() for child in element}
    streams = iter(page_streams)

    def build(structure):
        """What a page has, and what that is in; it would copy all of the document for each page."""
        for key, box in next(streams).marked:
            element = box.element
            while element is not None and element not in structure:
                structure[element] = {'parent': above.get(element)}
                element = above.get(element)

    document.build_element_structure = build
    pdfua.pdfua(pdf, metadata, document, page_streams)
    pdfa.pdfa(pdf, metadata, document, page_streams, version=3)


# Its metadata would say that this is PDF/UA, which nobody has checked.
pdfua.add_metadata = lambda *rest, **named: None
VARIANTS['enduse'] = (tagged, {'version': '1.7', 'mark': True})


def attach(pdf, files):
    """What ISO 19005-3 asks of files inside, and WeasyPrint 57 leaves out."""
    found = [one for one in pdf.objects
             if isinstance(one, dict) and one.get('Type') == '/Filespec']
    for specification, (name, kind, words, content) in zip(found, files, strict=True):
        specification['F'] = pydyf.String(name)
        specification['UF'] = pydyf.String(name)
        specification['AFRelationship'] = '/Source'
        number = int(specification['EF']['F'].split()[0])
        pdf.objects[number].extra['Subtype'] = '/' + kind.replace('/', '#2F')
    if found:
        pdf.catalog['AF'] = pydyf.Array([one.reference for one in found])


def main():
    logging.getLogger('weasyprint').setLevel(logging.CRITICAL)
    parts, files = read_sheet(sys.stdin.buffer)
    styles = weasyprint.CSS(string=parts['styles'], url_fetcher=refuse)
    document = weasyprint.HTML(string=parts['html'], base_url=None, url_fetcher=refuse)
    direct(document.etree_element)
    out = io.BytesIO()
    document.write_pdf(
        out, variant='enduse', identifier=parts['identifier'].encode(), stylesheets=[styles],
        attachments=[weasyprint.Attachment(string=content, description=words)
                     for name, kind, words, content in files],
        finisher=lambda document, pdf: attach(pdf, files))
    sys.stdout.buffer.write(out.getvalue())
    sys.stdout.buffer.flush()


try:
    main()
except MemoryError:
    sys.exit(NO_MEMORY)
