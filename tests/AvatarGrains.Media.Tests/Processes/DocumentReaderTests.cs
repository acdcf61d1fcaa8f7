using System.Text;
using AvatarGrains.Media.Processes;

namespace AvatarGrains.Media.Tests.Processes;

public sealed class DocumentReaderTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Text_is_text_in_utf_8_and_utf_16()
    {
        using var reader = new DocumentReader(new ConverterLimits(), TimeProvider.System);
        const string Text = "# 열기\nNine to five.";
        Assert.Equal(Text, await reader.ReadAsync(Encoding.UTF8.GetBytes(Text), Token));
        Assert.Equal(Text, await reader.ReadAsync((byte[])[.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Text)], Token));
        Assert.Equal(Text, await reader.ReadAsync((byte[])[.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Text)], Token));
        Assert.Equal("a b\n", await reader.ReadAsync("a\u001bb\n"u8.ToArray(), Token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \n ")]
    [InlineData("a\0b")]
    public async Task What_has_no_words_is_no_document(string text)
    {
        using var reader = new DocumentReader(new ConverterLimits(), TimeProvider.System);
        Assert.Null(await reader.ReadAsync(Encoding.UTF8.GetBytes(text), Token));
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_no_document()
    {
        using var reader = new DocumentReader(new ConverterLimits(), TimeProvider.System);
        Assert.Null(await reader.ReadAsync(new byte[] { 0xff, 0xd8, 0xff, 0xe0, 0x80 }, Token));
        Assert.Null(await reader.ReadAsync("%PDF-1.7 and nothing more"u8.ToArray(), Token));
    }

    [Fact]
    public async Task Longer_text_than_allowed_is_refused()
    {
        using var reader = new DocumentReader(new ConverterLimits { MaxTextBytes = 10 }, TimeProvider.System);
        Assert.Null(await reader.ReadAsync("eleven char"u8.ToArray(), Token));
    }

    [Fact]
    public async Task A_pdf_gives_its_words()
    {
        Assert.SkipUnless(
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "pdftotext"))),
            "pdftotext is not installed");
        using var reader = new DocumentReader(new ConverterLimits(), TimeProvider.System);
        Assert.Equal("The library opens at nine.", (await reader.ReadAsync(Pdf("The library opens at nine."), Token))!.Trim());
    }

    /// <summary>A PDF of one page with one line; readers rebuild the table that is left out.</summary>
    private static byte[] Pdf(string words)
    {
        var stream = $"BT /F1 24 Tf 72 700 Td ({words}) Tj ET";
        return Encoding.ASCII.GetBytes(
            "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" +
            "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 4 0 R>>>>/Contents 5 0 R>>endobj\n" +
            "4 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n" +
            $"5 0 obj<</Length {stream.Length}>>stream\n{stream}\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");
    }
}
