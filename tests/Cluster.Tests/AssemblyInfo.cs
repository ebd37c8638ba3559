[assembly: AssemblyFixture(typeof(ClusterFixture.ControlPlane))]
