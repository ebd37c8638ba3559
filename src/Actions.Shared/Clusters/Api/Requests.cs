namespace Actions.Shared.Clusters.Api;

/// <summary>Bounds and patience of a <see cref="ClusterClient"/>.</summary>
public sealed record ClusterClientOptions
{
    /// <summary>How we call ourselves (<c>User-Agent</c>), which audit logs show: <c>deploy-k8s/1.2.0</c>.</summary>
    public required string UserAgent { get; init; }

    /// <summary>How long a connection may take to be there. The default is 10 seconds.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one request may take, its answer included; watches and logs excepted. The default is 60 seconds.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long a request is repeated while the server is overloaded or away, if it may be repeated. The default is 60 seconds: a restart of an API
    /// server takes less. Before the server answered for the first time it is 3 seconds at most.
    /// </summary>
    public TimeSpan RetryLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Largest answer in bytes, unpacked. The default is 64 MiB.</summary>
    public int MaxResponseBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Objects per page of a list. The default is 500.</summary>
    public int PageSize { get; init; } = 500;
}

/// <summary>Which objects of a type are meant.</summary>
public sealed record ListOptions
{
    /// <summary>Label selector, for example <c>app=web,tier!=cache</c>; null for all.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Field selector, for example <c>metadata.name=web</c>; null for all.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Whether only <c>metadata</c> is asked for. The default is false.</summary>
    public bool MetadataOnly { get; init; }

    /// <summary>After so many objects the list may end, incomplete; null for all, the default.</summary>
    public int? MaxItems { get; init; }
}

/// <summary>Objects of one type, as they were at one moment.</summary>
/// <param name="Items">The objects; <c>apiVersion</c> and <c>kind</c> are set.</param>
/// <param name="ResourceVersion">The moment, for a watch to go on from.</param>
public sealed record ClusterList(IReadOnlyList<ClusterObject> Items, string ResourceVersion)
{
    /// <summary>Whether there are no more than these.</summary>
    public bool IsComplete { get; init; } = true;
}

/// <summary>How objects are watched.</summary>
public sealed record WatchOptions
{
    /// <summary>Label selector; null for all.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Field selector; null for all.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>How long the server may be away in one piece before the watch fails. The default is 2 minutes.</summary>
    public TimeSpan MaxOutage { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Told when the watch was interrupted otherwise than by the server's normal close, with the reason; it goes on by itself.</summary>
    public Action<ClusterException>? OnInterrupted { get; init; }
}

/// <summary>What happened to a watched object.</summary>
public enum WatchEventType
{
    /// <summary>It is there: at the start of the watch, or new.</summary>
    Added,

    /// <summary>It changed.</summary>
    Modified,

    /// <summary>It is gone; the event holds the last state that is known.</summary>
    Deleted,

    /// <summary>Everything that was there when the watch started, or started anew, has been told. There is no object.</summary>
    Synced,
}

/// <summary>A step in the life of a watched object.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Object">The object; null for <see cref="WatchEventType.Synced"/>.</param>
public sealed record WatchEvent(WatchEventType Type, ClusterObject? Object);

/// <summary>How an object is applied.</summary>
public sealed record ApplyOptions
{
    /// <summary>Who owns the fields (<c>fieldManager</c>), at most 128 characters.</summary>
    public required string FieldManager { get; init; }

    /// <summary>Whether fields of others are taken over. The default is false: it fails with their list.</summary>
    public bool Force { get; init; }

    /// <summary>Whether the server only tells what would be. The default is false.</summary>
    public bool DryRun { get; init; }

    /// <summary><c>Strict</c>, <c>Warn</c> or <c>Ignore</c> for unknown fields; null for the server's way. Servers before 1.25 do not know it.</summary>
    public string? FieldValidation { get; init; }

    /// <summary>A subresource to apply to, such as <c>status</c>; null for the object itself.</summary>
    public string? Subresource { get; init; }
}

/// <summary>How an object is created, replaced or patched.</summary>
public sealed record WriteOptions
{
    /// <summary>Who owns the fields (<c>fieldManager</c>); null for the server's guess from the user agent.</summary>
    public string? FieldManager { get; init; }

    /// <summary>Whether the server only tells what would be. The default is false.</summary>
    public bool DryRun { get; init; }

    /// <summary>A subresource, such as <c>status</c> or <c>scale</c>; null for the object itself.</summary>
    public string? Subresource { get; init; }
}

/// <summary>What came of a write.</summary>
/// <param name="Object">The object as the server has it, or would have it.</param>
/// <param name="IsCreated">Whether it was not there before.</param>
/// <param name="Warnings">What the server warns of, such as a deprecated version; untrusted text.</param>
public sealed record WriteResult(ClusterObject Object, bool IsCreated, IReadOnlyList<string> Warnings);

/// <summary>What becomes of the objects that an object owns.</summary>
public enum PropagationPolicy
{
    /// <summary>They are deleted afterwards.</summary>
    Background,

    /// <summary>They are deleted first.</summary>
    Foreground,

    /// <summary>They stay.</summary>
    Orphan,
}

/// <summary>How an object is deleted.</summary>
public sealed record DeleteOptions
{
    /// <summary>Only if it still is the object with this UID; null for whichever has the name.</summary>
    public string? Uid { get; init; }

    /// <summary>Only if it is still in this version; null for any.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>What becomes of the objects that it owns. The default is <see cref="PropagationPolicy.Background"/>.</summary>
    public PropagationPolicy Propagation { get; init; }

    /// <summary>Whether the server only tells whether it would do it. The default is false.</summary>
    public bool DryRun { get; init; }
}

/// <summary>Which part of a container's log is wanted.</summary>
public sealed record LogOptions
{
    /// <summary>The container; null if the Pod has one only.</summary>
    public string? Container { get; init; }

    /// <summary>Whether the instance before the present one is meant, which crashed. The default is false.</summary>
    public bool Previous { get; init; }

    /// <summary>How many of the last lines. The default is 100.</summary>
    public int TailLines { get; init; } = 100;

    /// <summary>How many bytes at most. The default is 256 KiB.</summary>
    public int LimitBytes { get; init; } = 256 * 1024;
}

/// <summary>A right that somebody needs, as <c>SelfSubjectAccessReview</c> asks for it.</summary>
/// <param name="Verb">What to do: <c>get</c>, <c>patch</c>, …</param>
/// <param name="Group">API group; empty for the core group.</param>
/// <param name="Resource">Plural, for example <c>deployments</c>.</param>
/// <param name="Subresource">Subresource, for example <c>log</c>; empty for none.</param>
/// <param name="Namespace">The namespace; null for the whole cluster.</param>
/// <param name="Name">One object; empty for all.</param>
public sealed record AccessRequest(string Verb, string Group, string Resource, string Subresource = "", string? Namespace = null, string Name = "");

/// <summary>The answer to an <see cref="AccessRequest"/>.</summary>
/// <param name="IsAllowed">Whether it is allowed.</param>
/// <param name="Reason">Why, as the server's authorizer says; may be empty; untrusted text.</param>
public sealed record AccessAnswer(bool IsAllowed, string Reason);

/// <summary>The version of an API server.</summary>
/// <param name="Major">Major version.</param>
/// <param name="Minor">Minor version.</param>
/// <param name="GitVersion">The whole version, for example <c>v1.36.1</c>.</param>
public sealed record ClusterVersion(int Major, int Minor, string GitVersion);

/// <summary>The answer of a service behind the API server's proxy.</summary>
/// <param name="StatusCode">HTTP status code of the service.</param>
/// <param name="Body">Its body, at most the bytes that were asked for; untrusted text.</param>
/// <param name="IsTruncated">Whether there was more.</param>
public sealed record ProxyResponse(int StatusCode, string Body, bool IsTruncated);
