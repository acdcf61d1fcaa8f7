using System.Text.Json;
using AvatarGrains.Api.Shared;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Dialects.LiveTalking;

/// <summary>
/// Tasks that make avatars from videos. This server makes none so: each task has failed, and says so. The last ones are kept. Thread-safe.
/// </summary>
internal sealed class LiveTalkingAvatarTasks(LiveTalkingOptions options, TimeProvider time)
{
    private const int Kept = 256;
    private const int LongestName = 200;
    private const string Failure = "This server makes no avatars from videos; its avatars are the folders of models/avatars.";

    private static readonly string[] Models = ["musetalk", "wav2lip", "ultralight"];

    private readonly Lock _lock = new();
    private readonly List<AvatarTask> _tasks = [];

    public async Task<IResult> CreateAsync(HttpContext context)
    {
        var request = await ReadAsync(context);
        if (!Models.Contains(request.Model))
        {
            return LiveTalkingAnswers.Failed("model must be musetalk, wav2lip or ultralight.");
        }

        if (request.AvatarId is not { Length: > 0 and <= LongestName } || request.VideoPath is not { Length: > 0 })
        {
            return LiveTalkingAnswers.Failed("avatar_id and video_file or video_path are required.");
        }

        var id = request.TaskId is { Length: > 0 and <= LongestName } own ? own : Guid.NewGuid().ToString();
        var tenant = Callers.TenantOf(context);
        lock (_lock)
        {
            if (Find(id, tenant) is not null)
            {
                return LiveTalkingAnswers.Failed($"There is a task {id} already.");
            }

            _tasks.Add(new AvatarTask(id, tenant, request.Model!, request.AvatarId, request.NotifyUrl, time.GetUtcNow()));
            if (_tasks.Count > Kept)
            {
                _tasks.RemoveAt(0);
            }
        }

        return LiveTalkingAnswers.Ok(json =>
        {
            json.WriteStartObject();
            json.WriteString("task_id", id);
            json.WriteEndObject();
        });
    }

    public IResult Get(string id, HttpContext context)
    {
        lock (_lock)
        {
            return Find(id, Callers.TenantOf(context)) is { } task ? LiveTalkingAnswers.Ok(json => Write(json, task)) : Unknown();
        }
    }

    public IResult List(HttpContext context)
    {
        var tenant = Callers.TenantOf(context);
        lock (_lock)
        {
            return LiveTalkingAnswers.Ok(json =>
            {
                json.WriteStartArray();
                _tasks.Where(task => task.Tenant == tenant).ToList().ForEach(task => Write(json, task));
                json.WriteEndArray();
            });
        }
    }

    public IResult Delete(string id, HttpContext context)
    {
        lock (_lock)
        {
            return Find(id, Callers.TenantOf(context)) is null ? Unknown() : LiveTalkingAnswers.Failed("Only a pending task can be deleted.");
        }
    }

    private static IResult Unknown() => LiveTalkingAnswers.Failed("task not found", 404);

    private static void Write(Utf8JsonWriter json, AvatarTask task)
    {
        var at = task.At.ToUnixTimeMilliseconds() / 1000.0;
        json.WriteStartObject();
        json.WriteString("task_id", task.Id);
        json.WriteString("model_type", task.Model);
        json.WriteString("avatar_id", task.Avatar);
        json.WriteString("status", "failed");
        json.WriteNumber("progress", 0);
        json.WriteString("error_msg", Failure);
        json.WriteString("notify_url", task.NotifyUrl ?? "");
        json.WriteNumber("start_time", at);
        json.WriteNumber("end_time", at);
        json.WriteNumber("duration", 0);
        json.WriteEndObject();
    }

    private AvatarTask? Find(string id, string tenant) => _tasks.Find(task => (task.Id, task.Tenant) == (id, tenant));

    private async ValueTask<AvatarTaskRequest> ReadAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType)
        {
            return await JsonBody.ReadAsync(context, LiveTalkingJson.Default.AvatarTaskRequest, LiveTalkingSpeech.MaxJsonBytes).DemandAsync();
        }

        var form = await Forms.ReadAsync(context, options.MaxUploadBytes).DemandAsync();
        var video = form.Files["video_file"] is { } file ? Forms.FileName(file.FileName) : Forms.Text(form, "video_path");
        return new AvatarTaskRequest(
            Forms.Text(form, "model"), Forms.Text(form, "avatar_id"), video, Forms.Text(form, "task_id"), Forms.Text(form, "notifyurl"));
    }

    private sealed record AvatarTask(string Id, string Tenant, string Model, string Avatar, string? NotifyUrl, DateTimeOffset At);
}
