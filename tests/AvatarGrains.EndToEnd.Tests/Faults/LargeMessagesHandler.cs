namespace AvatarGrains.EndToEnd.Tests.Faults;

/// <summary>Makes a client believe that the server takes messages of a megabyte.</summary>
internal sealed class LargeMessagesHandler() : DelegatingHandler(new HttpClientHandler())
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (request.RequestUri!.AbsolutePath.EndsWith("/exchange/", StringComparison.Ordinal))
        {
            var answer = await response.Content.ReadAsStringAsync(cancellationToken);
            Assert.Contains("a=max-message-size:262144", answer, StringComparison.Ordinal);
            response.Content = new StringContent(
                answer.Replace("a=max-message-size:262144", "a=max-message-size:1048576", StringComparison.Ordinal), null, "application/json");
        }

        return response;
    }
}
