# What the child of the press runs (python3 -I -B -c): a sheet comes in, a PDF goes out. It is given to
# Python by the program itself, so that the two are of one version and no file can be put in its place.
import ctypes.util
import io
import logging
import sys
import tempfile

NO_PROGRAM, NO_MEMORY = 3, 4

# It would ask compilers and linkers where a library is; the loader knows.
ctypes.util.find_library = lambda name: None
# It would keep fonts of web pages in a folder; there are none, and nothing can be written.
tempfile.mkdtemp = lambda *rest, **named: '/nowhere/fonts'
try:
    import weasyprint
    from weasyprint.pdf import VARIANTS, pdfa, pdfua
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


def tagged(pdf, metadata, document, page_streams):
    """PDF/A-3b, with the structure that only the variant for PDF/UA makes."""
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
