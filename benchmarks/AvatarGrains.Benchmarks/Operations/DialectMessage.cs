using AvatarGrains.Api.Dialects.Perso;

namespace AvatarGrains.Benchmarks.Operations;

/// <summary>Takes apart one data channel message of the Perso dialect.</summary>
internal sealed class DialectMessage : IOperation
{
    private static readonly byte[] Message = """{"type":"ttstf","data":{"message":"The river rises in the hills above the town."}}"""u8.ToArray();

    public void Run()
    {
        var parsed = ChannelMessage.Parse(Message, out var document);
        using (document)
        {
            if (parsed?.Text("message") is null)
            {
                throw new InvalidOperationException("The message was not understood.");
            }
        }
    }

    public void Dispose()
    {
    }
}
