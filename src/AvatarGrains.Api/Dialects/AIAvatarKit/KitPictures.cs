using System.Globalization;
using AvatarGrains.Api.Shared;
using AvatarGrains.Core.Turns;

namespace AvatarGrains.Api.Dialects.AIAvatarKit;

/// <summary>Pictures of requests: out of <c>data:</c> URLs, and from the hosts that the settings allow. Thread-safe.</summary>
internal sealed class KitPictures(AIAvatarKitOptions options) : IDisposable
{
    private const int Most = 8;
    private const int MaxBytes = 10 << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // A redirection could lead to a host that is not allowed.
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false })
    {
        Timeout = Patience,
        MaxResponseContentBufferSize = MaxBytes,
    };

    /// <summary>The pictures of a request.</summary>
    /// <exception cref="RequestException">One cannot be used.</exception>
    public async ValueTask<IReadOnlyList<TurnImage>?> ReadAsync(IReadOnlyList<KitFile?>? files, CancellationToken cancellationToken)
    {
        if (files is not { Count: > 0 })
        {
            return null;
        }

        if (files.Count > Most)
        {
            throw KitErrors.Refuse(string.Create(CultureInfo.InvariantCulture, $"There may be {Most} files."));
        }

        List<TurnImage> images = [];
        foreach (var file in files)
        {
            images.Add(await ReadAsync(file, cancellationToken));
        }

        return images;
    }

    public void Dispose() => _http.Dispose();

    private async ValueTask<TurnImage> ReadAsync(KitFile? file, CancellationToken cancellationToken)
    {
        if (file is not { Type: null or "image", Url: { Length: > 0 } url })
        {
            throw KitErrors.Refuse("A file must be of type image and have a url.");
        }

        return url.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? Decode(url) : await FetchAsync(url, cancellationToken);
    }

    private static TurnImage Decode(string url)
    {
        var comma = url.IndexOf(',', StringComparison.Ordinal);
        var head = comma < 0 ? [] : url[5..comma].Split(';');
        if (head is not [var type, .., "base64"] || !IsImage(type))
        {
            throw KitErrors.Refuse("A data URL must be data:image/TYPE;base64,DATA.");
        }

        return Encoded.Base64(url[(comma + 1)..], "files", MaxBytes / 3 * 4).Is(out var bytes, out var error) && bytes.Length > 0
            ? new TurnImage(type.ToLowerInvariant(), bytes)
            : throw KitErrors.Refuse(error?.Detail ?? "A file is empty.");
    }

    private async ValueTask<TurnImage> FetchAsync(string url, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address)
            || address.Scheme is not ("http" or "https")
            || !options.ImageHosts.Contains(address.Host, StringComparer.OrdinalIgnoreCase))
        {
            throw KitErrors.Refuse("Pictures are taken as data URLs; this address is not one that pictures are fetched from.");
        }

        try
        {
            using var answer = await _http.GetAsync(address, cancellationToken);
            var type = answer.Content.Headers.ContentType?.MediaType;
            return answer.IsSuccessStatusCode && type is not null && IsImage(type)
                ? new TurnImage(type, await answer.Content.ReadAsByteArrayAsync(cancellationToken))
                : throw KitErrors.Refuse("There is no picture at the address of a file.");
        }
        catch (Exception failed) when (failed is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw KitErrors.Refuse("The picture at the address of a file could not be fetched.");
        }
    }

    private static bool IsImage(string type) => type.StartsWith("image/", StringComparison.OrdinalIgnoreCase);
}
