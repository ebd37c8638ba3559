using Actions.Shared.Clusters.Api;

namespace Actions.Shared.Clusters.Diagnosis;

/// <summary>How sure it is that waiting does not help.</summary>
public enum CauseCertainty
{
    /// <summary>It usually passes: wait.</summary>
    Transient,

    /// <summary>It usually does not pass: wait for a while, then stop.</summary>
    Likely,

    /// <summary>It does not pass until somebody changes something: stop now.</summary>
    Certain,
}

/// <summary>A log to show with a cause.</summary>
/// <param name="Namespace">Namespace of the pod.</param>
/// <param name="Pod">Name of the pod.</param>
/// <param name="Container">Name of the container.</param>
/// <param name="Previous">Whether the instance before the current one is meant: the one that crashed.</param>
public sealed record LogSource(string Namespace, string Pod, string Container, bool Previous);

/// <summary>Why an object does not become ready. Texts that come from the cluster are quoted on one line, bounded and without control characters.</summary>
/// <param name="Kind">The class of the cause.</param>
/// <param name="Certainty">Whether waiting may help.</param>
/// <param name="Message">One sentence without a full stop that names the object, the container and what is wrong.</param>
/// <param name="Hint">What to do about it.</param>
/// <param name="Subject">The object that it was seen on, for example the Pod.</param>
public sealed record Cause(CauseKind Kind, CauseCertainty Certainty, string Message, string Hint, ClusterObject Subject)
{
    /// <summary>The container concerned; null if it is about the whole object.</summary>
    public string? Container { get; init; }

    /// <summary>
    /// The field of the applied object that leads to it, as a JSON pointer such as <c>/spec/template/spec/containers/0/image</c>; a field that
    /// is missing is given by its nearest parent. Null if no field of that object does, for example for a container that a webhook injected.
    /// </summary>
    public string? Pointer { get; init; }

    /// <summary>The log that shows more; null if none can.</summary>
    public LogSource? Log { get; init; }

    /// <summary>The events that belong to it, latest last, ten at most.</summary>
    public IReadOnlyList<ClusterEvent> Events { get; init; } = [];

    /// <summary>What stays the same while the cause lasts, whatever the numbers in its texts: for telling since when it is there.</summary>
    public string Key => $"{Kind}/{Container}";
}
